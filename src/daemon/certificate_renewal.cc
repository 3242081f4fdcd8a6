#include "daemon/certificate_renewal.h"

#include "base/clock.h"
#include "base/log.h"
#include "runtime/certificates/site_certificates.h"

#include <condition_variable>
#include <mutex>

namespace penstock {
namespace {

constexpr std::chrono::hours kBetweenLooks{6};

}  // namespace

void CertificateRenewal::run(const std::stop_token& stop) const {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    try {
      certificates.renew(wall_now());
    } catch (const std::exception& error) {
      log_of("daemon")->error("cannot renew certificates: {}", error.what());
    }
    never.wait_for(lock, stop, kBetweenLooks, [] { return false; });
  }
}

}  // namespace penstock
