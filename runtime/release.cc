#include "runtime/release.h"

#include "base/digest.h"
#include "base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace penstock {
namespace {

// Applications it has relationships to; services are no containers yet.
bool needs_only(const config::Application& application, const std::set<std::string>& started,
                const config::Configuration& configuration) {
  const auto has_started = [&](const auto& relationship) {
    const std::string& target = relationship.second.target;
    return configuration.applications.count(target) == 0 || started.count(target) == 1;
  };
  return std::all_of(application.relationships.begin(), application.relationships.end(), has_started);
}

}  // namespace

std::string Release::container_id(const std::string& application) const {
  std::string name = application;
  std::replace(name.begin(), name.end(), '_', '-');
  if (name != application) name += "-" + sha256_hex(application).substr(0, 6);
  return deployment.id + "-" + name;
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
  while (started.size() < configuration.applications.size()) {
    std::vector<std::string> group;
    for (const auto& [name, application] : configuration.applications) {
      if (started.count(name) == 0 && needs_only(application, started, configuration)) group.push_back(name);
    }
    if (group.empty()) throw UserError("cannot order applications: their relationships form a circle");
    started.insert(group.begin(), group.end());
    groups.push_back(std::move(group));
  }
  return groups;
}

Release release_of(Environment environment, Deployment deployment) {
  config::Configuration configuration = config::Configuration::from_json(deployment.configuration);
  return {std::move(environment), std::move(deployment), std::move(configuration)};
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
