#pragma once

#include "runtime/release_containers.h"

#include <string>

namespace penstock {

// Runs a committed release whose containers, or those of its services, stopped or are gone. No deploy hook: its data
// has been through it.
struct StartAgain {
  DeployerContext& context;
  ReleaseContainers& containers;
  OutputSink& output;

  // Why an application is not ready, or nothing. It is left to its supervisor then, which goes on trying.
  std::string run() const;
};

}  // namespace penstock
