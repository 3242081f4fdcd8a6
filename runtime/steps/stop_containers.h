#pragma once

#include "runtime/release_containers.h"

namespace penstock {

// Stops the live release, all applications at once. Its data is quiet afterwards.
struct StopContainers {
  ReleaseContainers* live;  // none: this is the first release
  OutputSink& output;

  void run() const;
};

}  // namespace penstock
