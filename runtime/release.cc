#include "runtime/release.h"

#include "base/digest.h"
#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace penstock {
namespace {

constexpr std::size_t kNameLimit = 50;  // in an id
constexpr std::size_t kHashDigits = 6;

// Applications it has relationships to; services have started before all of them.
bool needs_only(const config::Component& component, const std::set<std::string>& started, const Release& release) {
  const auto has_started = [&](const auto& relationship) {
    const std::string& target = relationship.second.target;
    return !release.has_application(target) || started.contains(target);
  };
  const auto& relationships = component.application.relationships;
  return std::all_of(relationships.begin(), relationships.end(), has_started);
}

// A name as ids may hold it, different for each.
std::string id_part(const std::string& component) {
  std::string part = component.substr(0, kNameLimit);
  std::replace(part.begin(), part.end(), '_', '-');
  return part == component ? part : part + "-" + sha256_hex(component).substr(0, kHashDigits);
}

}  // namespace

// No name begins with '-', so that "--" tells an instance from a name that begins with a number.
std::string Release::container_id(const Slot& slot) const {
  const std::string which = slot.instance == 0 ? "-" : fmt::format("--{}-", slot.instance);
  return deployment.id + which + id_part(slot.component);
}

std::optional<Slot> Release::slot_of(const std::string& container) const {
  for (const Slot& slot : slots()) {
    if (container_id(slot) == container) return slot;
  }
  return std::nullopt;
}

std::vector<Slot> Release::slots() const {
  std::vector<Slot> slots;
  for (const auto& [name, component] : components) {
    for (unsigned i = 0; i < instances_of(name); ++i) slots.push_back({name, i});
  }
  return slots;
}

std::vector<lifecycle::UserVariable> Release::variables() const {
  std::vector<lifecycle::UserVariable> variables;
  for (const Json& variable : deployment.variables) {
    variables.push_back({.name = variable.at("name"),
                         .value = variable.at("value"),
                         .is_json = variable.at("is_json"),
                         .visible_build = variable.at("visible_build"),
                         .visible_runtime = variable.at("visible_runtime"),
                         .application_scope = variable.at("application_scope")});
  }
  return variables;
}

std::vector<std::vector<std::string>> Release::start_order() const {
  std::vector<std::vector<std::string>> groups;
  std::set<std::string> started;
  while (started.size() < components.size()) {
    std::vector<std::string> group;
    for (const auto& [name, component] : components) {
      if (!started.contains(name) && needs_only(component, started, *this)) group.push_back(name);
    }
    if (group.empty()) throw UserError("cannot order applications: their relationships form a circle");
    started.insert(group.begin(), group.end());
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<std::vector<Slot>> Release::slots_in_start_order() const {
  std::vector<std::vector<Slot>> groups;
  for (const auto& names : start_order()) {
    std::vector<Slot>& group = groups.emplace_back();
    for (const std::string& name : names) {
      for (unsigned i = 0; i < instances_of(name); ++i) group.push_back({name, i});
    }
  }
  return groups;
}

unsigned Release::instances_of(const std::string& component) const {
  return resources_of(deployment.resources, component).instance_count.value_or(1);
}

Limits Release::limits_of(const std::string& name, Limits otherwise) const {
  const std::string profile_size = resources_of(deployment.resources, name).profile_size;
  if (profile_size.empty()) return otherwise;
  const config::ContainerSize size = config::container_size(profile_of(name), profile_size);
  otherwise.cpus = size.cpus;
  otherwise.memory_bytes = std::uint64_t{size.memory_mb} << 20;
  return otherwise;
}

std::string Release::profile_of(const std::string& name) const {
  const auto component = components.find(name);
  if (component != components.end()) return config::container_profile(component->second.application);
  return config::container_profile(configuration.services.at(name));
}

Release release_of(Environment environment, Deployment deployment) {
  config::Configuration configuration = config::Configuration::from_json(deployment.configuration);
  auto components = config::components_of(configuration);
  return {std::move(environment), std::move(deployment), std::move(configuration), std::move(components)};
}

Json release_variables(const std::vector<Variable>& effective) {
  Json variables = Json::array();
  for (const Variable& variable : effective) {
    variables.push_back({{"name", variable.name},
                         {"value", variable.value},
                         {"is_json", variable.is_json},
                         {"is_sensitive", variable.is_sensitive},
                         {"visible_build", variable.visible_build},
                         {"visible_runtime", variable.visible_runtime},
                         {"application_scope", variable.application_scope}});
  }
  return variables;
}

std::string deploy_fingerprint(const Deployment& deployment) {
  Sha256 digest;
  digest.field(deployment.tree).field(deployment.configuration.dump()).field(deployment.variables.dump());
  for (const auto& [application, artifact] : deployment.artifacts) digest.field(application).field(artifact);
  return digest.hex();
}

}  // namespace penstock
