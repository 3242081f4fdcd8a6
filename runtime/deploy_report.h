#pragma once

#include "base/output_sink.h"
#include "runtime/deployer.h"
#include "runtime/router_client.h"

#include <optional>
#include <vector>

namespace penstock {

// The end of a deployment's log: what became of requests meanwhile, and where the time went.
struct DeployReport {
  std::optional<RequestReport> requests;  // none: none were held
  std::optional<DrainReport> drained;     // none: nothing was drained
  const std::vector<StepTime>& times;

  void write(OutputSink& output) const;
};

}  // namespace penstock
