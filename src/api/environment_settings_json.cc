#include "api/environment_settings_json.h"

#include "api/urls.h"
#include "base/error.h"
#include "store/environment.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

constexpr int kDay = 86400;
constexpr int kMostDataSnapshots = 100;
constexpr std::int64_t kMostHeldRequests = 1'000'000;
constexpr std::int64_t kMostHeldBytes = std::int64_t{16} << 30;

bool boolean(const Json& value, const std::string& name) {
  if (!value.is_boolean()) throw UserError(fmt::format("cannot set {}: it must be true or false", name));
  return value.get<bool>();
}

std::int64_t number(const Json& value, const std::string& name, std::int64_t least, std::int64_t most) {
  const bool fits =
      value.is_number_integer() && value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most;
  if (!fits) throw UserError(fmt::format("cannot set {}: it must be a whole number from {} to {}", name, least, most));
  return value.get<std::int64_t>();
}

int seconds(const Json& value, const std::string& name, int least = 1) {
  return static_cast<int>(number(value, name, least, kDay));
}

std::string word(const Json& value, const std::string& name) {
  if (!value.is_string()) throw UserError(fmt::format("cannot set {}: it must be a text", name));
  return value.get<std::string>();
}

void apply(EnvironmentSettings& settings, const std::string& name, const Json& value) {
  if (name == "enable_manual_deployments") {
    settings.enable_manual_deployments = boolean(value, name);
  } else if (name == "hold") {
    settings.hold = hold_of(word(value, name));
  } else if (name == "on_failure") {
    settings.on_failure = on_failure_of(word(value, name));
  } else if (name == "enable_cache_grace_period") {
    settings.enable_cache_grace_period = boolean(value, name);
  } else if (name == "hold_timeout_s") {
    settings.hold_timeout_s = seconds(value, name);
  } else if (name == "hold_max_requests") {
    settings.hold_max_requests = number(value, name, 0, kMostHeldRequests);
  } else if (name == "hold_max_bytes") {
    settings.hold_max_bytes = number(value, name, 0, kMostHeldBytes);
  } else if (name == "drain_timeout_s") {
    settings.drain_timeout_s = seconds(value, name, 0);
  } else if (name == "start_timeout_s") {
    settings.start_timeout_s = seconds(value, name);
  } else if (name == "stop_grace_s") {
    settings.stop_grace_s = seconds(value, name);
  } else if (name == "worker_stop_grace_s") {
    settings.worker_stop_grace_s = seconds(value, name);
  } else if (name == "cron_patience_s") {
    settings.cron_patience_s = seconds(value, name, 0);
  } else if (name == "data_snapshots") {
    settings.data_snapshots = static_cast<int>(number(value, name, 0, kMostDataSnapshots));
  } else {
    throw UserError(fmt::format("cannot set {}: an environment has no such setting", name));
  }
}

}  // namespace

Json settings_json(const Environment& environment) {
  const std::string self = environment_path(environment.project, environment.name) + "/settings";
  Json json = deploy_settings_json(environment.settings);
  json["_links"] = {{"self", {{"href", self}}}, {"#edit", {{"href", self}}}};
  return json;
}

void apply_settings(EnvironmentSettings& settings, const Json& patch) {
  for (const auto& [name, value] : patch.items()) apply(settings, name, value);
}

}  // namespace penstock::api
