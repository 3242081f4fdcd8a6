#include "api/resources_json.h"

#include "base/error.h"
#include "config/component.h"
#include "config/container_profile.h"
#include "config/nearest.h"
#include "container/container_spec.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

constexpr std::uint64_t kMostDisk = std::uint64_t{16} << 20;  // MB
constexpr const char* kSmallest = "0.1";

Json size_json(const config::ContainerSize& size) {
  return {{"cpu", size.cpus}, {"memory", size.memory_mb}, {"cpu_type", "shared"}};
}

Json smallest_json(const std::string& profile) {
  Json json = size_json(config::container_size(profile, kSmallest));
  json["disk"] = nullptr;
  json["profile_size"] = kSmallest;
  return json;
}

// What nobody has chosen: of no size of the profile.
Json default_json() {
  const Limits limits;
  return {{"cpu", limits.cpus},
          {"memory", limits.memory_bytes >> 20},
          {"cpu_type", "shared"},
          {"disk", nullptr},
          {"profile_size", nullptr}};
}

// Where a configuration has what a patch names.
struct Place {
  std::string section;  // "webapps", "workers", "services"
  std::string profile;
  bool is_service() const { return section == "services"; }
};

std::map<std::string, Place> places_of(const config::Configuration& configuration) {
  std::map<std::string, Place> places;
  for (const auto& [name, service] : configuration.services) {
    places[name] = {"services", config::container_profile(service)};
  }
  for (const auto& [name, component] : config::components_of(configuration)) {
    places[name] = {component.is_worker() ? "workers" : "webapps", config::container_profile(component.application)};
  }
  return places;
}

const Place& place_of(const std::map<std::string, Place>& places, const std::string& section, const std::string& name) {
  const auto found = places.find(name);
  if (found != places.end() && found->second.section == section) return found->second;
  std::vector<std::string> known;
  for (const auto& [each, place] : places) known.push_back(each);
  throw UserError(fmt::format("cannot set resources of {}: there is no such thing in {}{}", config::in_quotes(name),
                              section, config::did_you_mean(name, known)));
}

std::uint64_t number(const Json& value, const std::string& what, std::uint64_t most) {
  const bool fits = value.is_number_integer() && value.get<std::int64_t>() >= 1 &&
                    static_cast<std::uint64_t>(value.get<std::int64_t>()) <= most;
  if (!fits) throw UserError(fmt::format("cannot set {}: it must be a whole number from 1 to {}", what, most));
  return value.get<std::uint64_t>();
}

std::string size_text(const Json& value, const Place& place) {
  if (value.is_null()) return "";
  const std::string size = value.is_string() ? value.get<std::string>() : value.dump();
  config::container_size(place.profile, size);
  return size;
}

void apply_sizes(Resources& resources, const Place& place, const std::string& name, const Json& sizes) {
  for (const auto& [key, value] : sizes.items()) {
    if (key != "profile_size") throw UserError(fmt::format("cannot set resources.{} of {}: unknown", key, name));
    resources.profile_size = size_text(value, place);
  }
}

void apply(Resources& resources, const Place& place, const std::string& name, const Json& patch) {
  for (const auto& [key, value] : patch.items()) {
    const std::string what = fmt::format("{} of {}", key, name);
    if (key == "resources") {
      apply_sizes(resources, place, name, value);
    } else if (key == "disk") {
      resources.disk.reset();
      if (!value.is_null()) resources.disk = number(value, what, kMostDisk);
    } else if (key == "instance_count") {
      resources.instance_count.reset();
      const unsigned most = place.is_service() ? 1 : kMostInstances;
      if (!value.is_null()) resources.instance_count = static_cast<unsigned>(number(value, what, most));
    } else {
      throw UserError(fmt::format("cannot set {}: resources, instance_count and disk can be set", what));
    }
  }
}

}  // namespace

Json container_profiles_json() {
  Json json = Json::object();
  for (const auto& [profile, sizes] : config::container_profiles()) {
    for (const auto& [name, size] : sizes) json[profile][name] = size_json(size);
  }
  return json;
}

void add_resources(Json& document, const std::string& profile, const Resources& resources) {
  document["size"] = "AUTO";
  document["disk"] = resources.disk ? Json(*resources.disk) : Json();
  document["instance_count"] = resources.instance_count.value_or(1);
  document["container_profile"] = profile;
  document["resources"] = {{"base_memory", nullptr},
                           {"memory_ratio", nullptr},
                           {"profile_size", resources.profile_size.empty() ? Json() : Json(resources.profile_size)},
                           {"minimum", smallest_json(profile)},
                           {"default", default_json()},
                           {"disk", nullptr}};
}

ResourcesByName changed_resources(ResourcesByName resources, const config::Configuration& configuration,
                                  const Json& patch) {
  const std::map<std::string, Place> places = places_of(configuration);
  for (const auto& [section, names] : patch.items()) {
    if (section != "webapps" && section != "workers" && section != "services") {
      throw UserError(fmt::format("cannot set {}: webapps, workers and services have resources", section));
    }
    for (const auto& [name, one] : names.items()) {
      const Place& place = place_of(places, section, name);
      apply(resources.try_emplace(name, resources_of(resources, name)).first->second, place, name, one);
    }
  }
  std::erase_if(resources, [](const auto& entry) { return entry.second == Resources(); });
  return resources;
}

}  // namespace penstock::api
