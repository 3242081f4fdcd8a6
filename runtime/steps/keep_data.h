#pragma once

#include "runtime/deployer_context.h"

#include <string>

namespace penstock {

// Keeps a copy of an environment's data in the pool; services have written by then what they need to start on it. With
// `held` requests wait meanwhile, as an application that nobody asks for anything writes little.
struct KeepData {
  DeployerContext& context;
  const Environment& environment;
  const std::string& name;
  bool held;

  void run() const;
};

}  // namespace penstock
