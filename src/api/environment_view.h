#pragma once

#include "api/environment_json.h"

#include <filesystem>
#include <string>

namespace penstock {
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
};

}  // namespace penstock::api
