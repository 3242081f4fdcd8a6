#pragma once

#include "config/component.h"
#include "container/engine.h"
#include "hooks/lifecycle/variables.h"

#include <chrono>
#include <stop_token>

namespace penstock {

// Waits for a component that was started. An application is ready when it can take requests: its post_start command has
// succeeded and its port or socket accepts a connection. A worker is when its start command has been run and its
// post_start command has succeeded; whether it does not end at once is for wait_until_steady().
struct Readiness {
  Engine& engine;
  const config::Component& component;
  const Instance& instance;
  const lifecycle::Variables& environment;
  std::chrono::milliseconds timeout;
  OutputSink& output;  // takes what post_start writes and, on failure, the application's last lines

  // Throws UserError when the component will not get there: as soon as its commands end again and again, or after
  // `timeout`. Throws Cancelled.
  void wait(const std::stop_token& stop) const;
  // For a worker: until its start command has run for a moment without ending, or has ended with 0. One that has failed
  // before has to run for longer. Throws as wait().
  void wait_until_steady(const std::stop_token& stop) const;
};

}  // namespace penstock
