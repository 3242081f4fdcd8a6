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
  std::vector<std::string> sites{};  // URLs, the primary one first
  HttpAccess http_access{};
};

Json environment_json(const Environment& environment, const EnvironmentFacts& facts);
Json settings_json(const Environment& environment);
// Changes what `patch` names. Throws UserError for what is no setting or has no such value.
void apply_settings(EnvironmentSettings& settings, const Json& patch);

}  // namespace penstock::api
