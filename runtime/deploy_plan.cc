#include "runtime/deploy_plan.h"

#include "runtime/deployer.h"
#include "runtime/site.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock {
namespace {

using Things = std::map<std::string, Json>;  // by name, with all that makes them what they are

struct Verbs {
  const char* added;
  const char* changed;
  const char* same;
  const char* removed;
};

// What becomes of the things there are and the things there are to be.
std::vector<PlanEntry> compared(const Things& before, const Things& after, const Verbs& verbs) {
  std::vector<PlanEntry> entries;
  for (const auto& [name, thing] : after) {
    const auto known = before.find(name);
    const bool is_new = known == before.end();
    entries.push_back({is_new ? verbs.added : known->second == thing ? verbs.same : verbs.changed, name});
  }
  for (const auto& [name, thing] : before) {
    if (!after.contains(name)) entries.push_back({verbs.removed, name});
  }
  return entries;
}

const char* source_of(const config::Mount& mount) {
  switch (mount.source) {
    case config::MountSource::Storage:
      return "storage";
    case config::MountSource::Instance:
      return "instance";
    case config::MountSource::Temporary:
      return "tmp";
    case config::MountSource::Service:
      return "service";
  }
  return "";
}

Things mounts_of(const Release& release) {
  Things mounts;
  for (const auto& [name, application] : release.configuration.applications) {
    for (const auto& [path, mount] : application.mounts) {
      mounts[fmt::format("{} at /app/{}", name, path)] = {source_of(mount), mount.source_path, mount.service};
    }
  }
  return mounts;
}

Things crons_of(const Release& release) {
  Things crons;
  for (const auto& [name, application] : release.configuration.applications) {
    for (const auto& [cron, what] : application.crons) {
      crons[fmt::format("{} of {} ({})", cron, name, what.spec)] = what.to_json();
    }
  }
  return crons;
}

Things services_of(const Release& release) {
  Things services;
  for (const auto& [name, service] : release.configuration.services) services[name] = service.to_json();
  return services;
}

Things routes_by_url(const Release& release, const DeployerSettings& settings) {
  Things routes;
  for (const config::ConcreteRoute& route : routes_of(release, settings)) {
    const std::string target = route.type == config::RouteType::Upstream ? route.upstream : route.to;
    routes[fmt::format("{} to {}", route.url, target)] = {route.redirects, route.tls, route.cache, route.sticky};
  }
  return routes;
}

// The properties of an application that are not the same any more: "hooks, mounts".
std::string changed_properties(const config::Application& before, const config::Application& after) {
  const Json old = before.to_json();
  const Json now = after.to_json();
  std::string names;
  for (const auto& [name, value] : now.items()) {
    if (old.value(name, Json()) != value) names += (names.empty() ? "" : ", ") + name;
  }
  for (const auto& [name, value] : old.items()) {
    if (!now.contains(name)) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

std::string why_restart(const std::string& component, const Release& live, const Release& next) {
  std::string why;
  const auto add = [&why](const std::string& reason) { why += (why.empty() ? "" : "; ") + reason; };
  const config::Application& running = live.components.at(component).application;
  const config::Application& application = next.components.at(component).application;
  const auto artifact = next.deployment.artifacts.find(application.name);
  const auto former = live.deployment.artifacts.find(application.name);
  const bool known = artifact != next.deployment.artifacts.end() && former != live.deployment.artifacts.end();
  if (!known || artifact->second != former->second) add("another artifact");
  const std::string properties = changed_properties(running, application);
  if (!properties.empty()) add("other configuration: " + properties);
  if (live.deployment.variables != next.deployment.variables) add("other variables");
  return why.empty() ? "nothing of it has changed" : why;
}

}  // namespace

Plan DeployPlan::run() const {
  Plan plan{.environment = next.environment.name, .commit = next.deployment.commit, .strategy = strategy};
  plan.sections = {requests(), containers(), services(), data(), mounts(), hooks(), crons(), routes()};
  return plan;
}

PlanSection DeployPlan::requests() const {
  const EnvironmentSettings& to = next.environment.settings;
  PlanSection section{"requests", "Requests", {}};
  if (!holds()) {
    section.entries.push_back({"serve", "all", "the release that is live serves until the new one is ready"});
    return section;
  }
  section.entries.push_back({"hold",
                             to.hold == EnvironmentSettings::Hold::All ? "all" : "GET, HEAD, PUT, DELETE, OPTIONS",
                             fmt::format("while applications are closed, at most {} s", to.hold_timeout_s)});
  if (to.hold == EnvironmentSettings::Hold::Idempotent) {
    section.entries.push_back({"refuse", "others", "with 503 and Retry-After"});
  }
  return section;
}

PlanSection DeployPlan::containers() const {
  PlanSection section{"containers", "Containers", {}};
  for (const auto& [name, component] : next.components) {
    const bool is_new = !live || !live->components.contains(name);
    section.entries.push_back(is_new ? PlanEntry{"start", name}
                                     : PlanEntry{"restart", name, why_restart(name, *live, next)});
  }
  if (!live) return section;
  for (const auto& [name, component] : live->components) {
    if (!next.components.contains(name)) section.entries.push_back({"stop", name, "the configuration has it no more"});
  }
  return section;
}

PlanSection DeployPlan::data() const {
  PlanSection section{"data", "Data", {}};
  if (!has_data) return section;
  section.entries.push_back(holds() ? PlanEntry{"snapshot", "all", "restored when the deployment fails"}
                                    : PlanEntry{"share", "all", "both releases write; a failure takes nothing back"});
  return section;
}

PlanSection DeployPlan::mounts() const {
  return {"mounts", "Mounts",
          compared(live ? mounts_of(*live) : Things(), mounts_of(next),
                   {"mount", "mount differently", "keep", "leave out"})};
}

bool DeployPlan::is_same_as_live() const {
  return live && next.deployment.artifacts.size() == next.configuration.applications.size() &&
         live->deployment.deploy_fingerprint == deploy_fingerprint(next.deployment);
}

PlanSection DeployPlan::hooks() const {
  PlanSection section{"hooks", "Hooks", {}};
  const bool same = is_same_as_live();
  for (const auto& [name, application] : next.configuration.applications) {
    if (!application.hooks.deploy.empty()) {
      section.entries.push_back(same ? PlanEntry{"skip", "deploy of " + name, "it has run for exactly this"}
                                     : PlanEntry{"run", "deploy of " + name});
    }
    if (!application.hooks.post_deploy.empty()) section.entries.push_back({"run", "post_deploy of " + name});
  }
  return section;
}

PlanSection DeployPlan::services() const {
  return {"services", "Services",
          compared(live ? services_of(*live) : Things(), services_of(next), {"start", "change", "keep", "remove"})};
}

PlanSection DeployPlan::crons() const {
  return {"crons", "Crons",
          compared(live ? crons_of(*live) : Things(), crons_of(next), {"add", "change", "keep", "remove"})};
}

PlanSection DeployPlan::routes() const {
  return {"routes", "Routes",
          compared(live ? routes_by_url(*live, settings) : Things(), routes_by_url(next, settings),
                   {"add", "change", "keep", "remove"})};
}

}  // namespace penstock
