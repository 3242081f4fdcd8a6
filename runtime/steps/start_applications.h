#pragma once

#include "runtime/release_containers.h"

namespace penstock {

// Starts the new release and waits until it is ready. Throws UserError when it will not be.
struct StartApplications {
  ReleaseContainers& containers;
  OutputSink& output;

  void run(const std::stop_token& stop) const;
};

}  // namespace penstock
