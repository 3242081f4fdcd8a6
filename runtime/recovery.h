#pragma once

#include "base/synchronized.h"
#include "runtime/deployer_context.h"
#include "runtime/release_containers.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

// What a start-up does before anything else: every environment ends up as its store record says, whatever a crash, a
// kill or a reboot left behind.
class Recovery {
 public:
  explicit Recovery(DeployerContext& context) : context_(context) {}

  // As Deployer::recover().
  std::vector<std::string> run();

 private:
  // What was found of one environment.
  struct Found {
    Environment environment;
    std::optional<ReleaseContainers> live;  // the committed release
    bool running = false;                   // all of its containers do
    bool finished = true;                   // nothing of its deployment is left to do
    std::vector<Deployment> uncommitted;
    bool held = false;  // one of them got as far as its hold: requests may wait, the live release may have stopped
  };

  std::vector<std::unique_ptr<Found>> look();
  std::unique_ptr<Found> look_at(const Environment& environment, std::vector<Deployment> uncommitted);
  void tell_router(const std::vector<std::unique_ptr<Found>>& environments);
  void recover(Found& found);
  void undo(Found& found, const Deployment& deployment);
  void finish(Found& found);
  void start_again(Found& found);
  // Runs `work`; what it throws becomes a sentence about the environment.
  template <typename Work>
  void attempt(const Environment& environment, const Work& work);
  void say(const Environment& environment, const std::string& what);

  DeployerContext& context_;
  Synchronized<std::vector<std::string>> sentences_;
};

}  // namespace penstock
