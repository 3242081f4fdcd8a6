#pragma once

#include "base/json.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>

namespace penstock::config {

// A command that an application runs at times.
struct Cron {
  std::string spec;                           // as CronSpec takes it
  std::string start;                          // run by dash
  std::string stop;                           // asks it to end early; empty: SIGTERM does
  std::chrono::seconds shutdown_timeout{10};  // after which it is killed
  std::chrono::seconds timeout{86'400};       // after which it is asked to end

  Json to_json() const;
  static Cron from_json(const Json& json);
};

}  // namespace penstock::config
