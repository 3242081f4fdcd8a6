#pragma once

#include "api/environment_json.h"

#include <filesystem>
#include <string>
#include <vector>

namespace penstock {
enum class ActivityState;
class Store;
struct Environment;
}  // namespace penstock

namespace penstock::api {

struct Urls;

// Gathers what the API says of an environment: its record, its branch, its release.
struct EnvironmentView {
  Store& store;
  const Urls& urls;
  std::filesystem::path repositories;

  Json json(const Environment& environment) const;
  bool has_staged_activities(const Environment& environment) const;

 private:
  bool has_activities(const Environment& environment, std::vector<ActivityState> states) const;
};

}  // namespace penstock::api
