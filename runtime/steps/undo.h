#pragma once

#include "runtime/release_containers.h"

namespace penstock {

// Takes back a deployment that did not commit, whatever it had done: the environment is as it was before. Called when a
// step fails and when a start-up finds the deployment unfinished; safe to repeat after a crash at any moment.
struct Undo {
  DeployerContext& context;
  ReleaseContainers& containers;  // of the deployment
  ReleaseContainers* live;        // what was live before it; none: nothing was
  bool live_stopped;              // or may have, or may be about to
  const std::string& reason;
  OutputSink& output;

  // Throws when the data could not be restored or the like: then the deployment stays unfinished, to be undone at the
  // next start-up.
  void run() const;

 private:
  void restore_data(const Release& release) const;
  void go_on_with(ReleaseContainers& previous) const;
};

}  // namespace penstock
