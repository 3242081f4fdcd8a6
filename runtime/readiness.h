#pragma once

#include "config/component.h"
#include "container/engine.h"
#include "hooks/lifecycle/variables.h"

#include <chrono>
#include <stop_token>

namespace penstock {

// Waits until a started application can take requests: its post_start command has succeeded and its port or
// socket accepts a connection.
struct Readiness {
  Engine& engine;
  const config::Component& component;
  const Instance& instance;
  const lifecycle::Variables& environment;
  std::chrono::milliseconds timeout;
  OutputSink& output;  // takes what post_start writes and, on failure, the application's last lines

  // Throws UserError when the application will not get there: as soon as its commands end again and again, or after
  // `timeout`. Throws Cancelled.
  void wait(const std::stop_token& stop) const;
};

}  // namespace penstock
