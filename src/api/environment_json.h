#pragma once

#include "base/json.h"
#include "store/environment.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock::api {

// What the record of an environment does not hold itself.
struct EnvironmentFacts {
  bool is_main = false;
  std::optional<std::string> head_commit{};
  bool has_staged_activities = false;
  bool is_dirty = false;             // an activity is pending or running
  bool supports_rolling = false;     // the project allows it
  bool can_roll = false;             // the next deployment may be a rolling one
  std::vector<std::string> sites{};  // URLs, the primary one first
  HttpAccess http_access{};
};

Json environment_json(const Environment& environment, const EnvironmentFacts& facts);

}  // namespace penstock::api
