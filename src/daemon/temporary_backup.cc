#include "daemon/temporary_backup.h"

#include "base/log.h"
#include "runtime/deployer.h"

namespace penstock {

TemporaryBackup::TemporaryBackup(Deployer& deployer, Environment of, std::string name, OutputSink& output)
    : deployer_(deployer), of_(std::move(of)), name_(std::move(name)), output_(output) {
  output_.line("\nTaking a temporary backup of the parent environment");
  deployer_.keep_data(of_, name_, false);
  output_.line("Preparing to restore from a temporary backup\n");
}

TemporaryBackup::~TemporaryBackup() {
  try {
    deployer_.forget_data(of_, name_);
    output_.line("\nDeleting temporary backups (1)");
  } catch (const std::exception& error) {
    // The next start-up removes it.
    log_of("daemon")->error("temporary backup stays: environment={} error={}", of_.key(), error.what());
  }
}

}  // namespace penstock
