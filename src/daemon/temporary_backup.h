#pragma once

#include "base/output_sink.h"
#include "runtime/volumes/data_origin.h"
#include "store/environment.h"

#include <string>

namespace penstock {

class Deployer;

// A copy of an environment's data, of one instant, for as long as it lives: what another environment starts from.
class TemporaryBackup {
 public:
  // `name` is of [a-z0-9-]. All references must outlive it.
  TemporaryBackup(Deployer& deployer, Environment of, std::string name, OutputSink& output);
  TemporaryBackup(const TemporaryBackup&) = delete;
  ~TemporaryBackup();

  DataOrigin origin() const { return {of_.key(), name_, of_.name}; }

 private:
  Deployer& deployer_;
  const Environment of_;
  const std::string name_;
  OutputSink& output_;
};

}  // namespace penstock
