#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace penstock::cli {
namespace {

// Of a deployment, with the option that names one of it.
constexpr std::array<std::pair<const char*, const char*>, 3> kSections{
    {{"webapps", "app"}, {"workers", "worker"}, {"services", "service"}}};

bool named(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

// What somebody chose, else the server's default.
Json amounts_of(const Json& deployment, const Json& component) {
  const Json& resources = component.at("resources");
  const Json& size = resources.at("profile_size");
  if (size.is_null()) return resources.at("default");
  return deployment.at("container_profiles")
      .at(component.at("container_profile").get<std::string>())
      .at(size.get<std::string>());
}

void add(Table& table, const Json& deployment, const std::string& name, const Json& component) {
  const Json amounts = amounts_of(deployment, component);
  const Json& size = component.at("resources").at("profile_size");
  const Json& disk = component.at("disk");
  table.add({name, component.at("type").get<std::string>(), component.at("container_profile").get<std::string>(),
             size.is_null() ? "default" : cell(size), cell(amounts.at("cpu")), cell(amounts.at("memory")),
             disk.is_null() ? "" : cell(disk), cell(component.at("instance_count"))});
}

int run(Session& session) {
  const Json deployment = session.http().get(session.environment_path() + "/deployments/next");
  const std::vector<std::string> types = session.options.list("type");
  Table table({{"service", "App or service"},
               {"type", "Type"},
               {"profile", "Profile"},
               {"profile_size", "Size"},
               {"cpu", "CPU"},
               {"memory", "Memory (MB)"},
               {"disk", "Disk (MB)"},
               {"instance_count", "Instances"}});
  const bool some = session.options.has("app") || session.options.has("worker") || session.options.has("service");
  for (const auto& [section, option] : kSections) {
    if (some && !session.options.has(option)) continue;
    for (const auto& [name, component] : deployment.at(section).items()) {
      const bool fits = named(session.options.list(option), name) && named(types, component.at("type"));
      if (fits) add(table, deployment, name, component);
    }
  }
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command resources_get() {
  return {.name = "resources:get",
          .aliases = {"resources", "res"},
          .arguments = "",
          .help = "Show what applications, workers and services may use",
          .options = joined({environment_options(),
                             {{"service", 's', "NAME", "this service alone"},
                              {"app", 0, "NAME", "this application alone"},
                              {"worker", 0, "NAME", "this worker alone, such as app--queue"},
                              {"type", 0, "TYPE", "only those of this type"}},
                             Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
