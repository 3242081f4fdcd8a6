#include "store/resources.h"

#include "store/database.h"
#include "store/environment.h"
#include "store/names.h"

#include <nlohmann/json.hpp>

namespace penstock {
namespace {

constexpr Names<ResourcesInit, 3> kInits{
    {{ResourcesInit::Default, "default"}, {ResourcesInit::Minimum, "minimum"}, {ResourcesInit::Parent, "parent"}}};
constexpr const char* kAllOthers = "*";
constexpr const char* kSmallestSize = "0.1";

}  // namespace

Json resources_to_json(const ResourcesByName& resources) {
  Json json = Json::object();
  for (const auto& [name, one] : resources) {
    Json& entry = json[name] = Json::object();
    if (!one.profile_size.empty()) entry["profile_size"] = one.profile_size;
    if (one.instance_count) entry["instance_count"] = *one.instance_count;
    if (one.disk) entry["disk"] = *one.disk;
  }
  return json;
}

ResourcesByName resources_from_json(const Json& json) {
  ResourcesByName resources;
  for (const auto& [name, entry] : json.items()) {
    Resources& one = resources[name];
    one.profile_size = entry.value("profile_size", "");
    if (entry.contains("instance_count")) one.instance_count = entry["instance_count"].get<unsigned>();
    if (entry.contains("disk")) one.disk = entry["disk"].get<std::uint64_t>();
  }
  return resources;
}

ResourcesInit resources_init_of(std::string_view name) {
  return value_of(kInits, name, "resources.init");
}

Resources resources_of(const ResourcesByName& resources, const std::string& name) {
  for (const std::string& key : {name, std::string(kAllOthers)}) {
    if (const auto found = resources.find(key); found != resources.end()) return found->second;
  }
  return {};
}

ResourcesByName EnvironmentResources::get(const std::string& project, const std::string& environment) const {
  Statement row = database_.query("SELECT resources FROM environment_resources WHERE project = ? AND environment = ?",
                                  project, environment);
  return row.step() ? resources_from_json(row.json()) : ResourcesByName();
}

void EnvironmentResources::set(const std::string& project, const std::string& environment,
                               const ResourcesByName& resources) {
  database_.run("INSERT OR REPLACE INTO environment_resources VALUES (?, ?, ?)", project, environment,
                resources_to_json(resources));
}

void EnvironmentResources::init(const Environment& environment, ResourcesInit init) {
  if (init == ResourcesInit::Default || (init == ResourcesInit::Parent && !environment.parent)) return;
  const ResourcesByName minimum{{kAllOthers, {.profile_size = kSmallestSize, .instance_count = {}, .disk = {}}}};
  set(environment.project, environment.name,
      init == ResourcesInit::Minimum ? minimum : get(environment.project, *environment.parent));
}

}  // namespace penstock
