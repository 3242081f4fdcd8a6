#pragma once

#include "base/clock.h"
#include "base/synchronized.h"
#include "runtime/deployer.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace penstock {

class Engine;

// Has containers that end on their own started again: at once the first time, later and later while one keeps ending
// soon. From its construction to its destruction, on threads of its own.
class ContainerKeeper {
 public:
  using Revive = std::function<Revived(const std::string& container, const std::stop_token& stop)>;

  // `revive` is called by several threads.
  ContainerKeeper(Engine& engine, Revive revive);
  ~ContainerKeeper();

 private:
  struct History {
    SteadyClock::time_point due;
    std::chrono::milliseconds pause{};
  };
  struct State {
    std::multimap<SteadyClock::time_point, std::string> due;
    std::map<std::string, History> histories;
  };

  void note_end(const std::string& container);
  void work(const std::stop_token& stop);
  // Waits for one that is due; empty when it is to stop.
  std::string next(const std::stop_token& stop);
  void revive(const std::string& container, const std::stop_token& stop);
  void again(const std::string& container, std::chrono::milliseconds pause);

  Engine& engine_;
  const Revive revive_;
  Synchronized<State> state_;
  std::condition_variable_any changed_;
  std::vector<std::jthread> workers_;
};

}  // namespace penstock
