#include "config/component.h"

#include <utility>

namespace penstock::config {
namespace {

void apply(const Overrides& overrides, Application& application) {
  if (overrides.relationships) application.relationships = *overrides.relationships;
  if (overrides.mounts) application.mounts = *overrides.mounts;
  if (overrides.variables) application.variables = *overrides.variables;
  if (overrides.additional_hosts) application.additional_hosts = *overrides.additional_hosts;
  for (const auto& [key, value] : overrides.other.items()) application.other[key] = value;
}

Component web_of(const Application& application) {
  Component web{
      .name = application.name, .worker = {}, .commands = application.web.commands, .application = application};
  apply(application.web.overrides, web.application);
  web.application.web.overrides = {};
  web.application.workers.clear();
  return web;
}

Component worker_of(const Application& application, const std::string& name) {
  const Worker& declared = application.workers.at(name);
  Component worker{.name = worker_component(application.name, name),
                   .worker = name,
                   .commands = declared.commands,
                   .application = application};
  apply(declared.overrides, worker.application);
  worker.application.web = {};
  worker.application.workers.clear();
  worker.application.hooks = {};
  worker.application.crons.clear();
  return worker;
}

}  // namespace

std::string Component::title() const {
  return (is_worker() ? "worker " : "application ") + name;
}

Json Component::to_json() const {
  Json json = application.to_json();
  json["name"] = name;
  if (!is_worker()) return json;
  for (const char* const key : {"build", "crons", "dependencies", "hooks", "web"}) json.erase(key);
  json["app"] = application.name;
  json["worker"] = {{"commands", commands_to_json(commands)}};
  return json;
}

std::string worker_component(const std::string& application, const std::string& worker) {
  return application + "--" + worker;
}

std::map<std::string, Component> components_of(const Application& application) {
  std::map<std::string, Component> components;
  components.emplace(application.name, web_of(application));
  for (const auto& [name, worker] : application.workers) {
    components.emplace(worker_component(application.name, name), worker_of(application, name));
  }
  return components;
}

std::map<std::string, Component> components_of(const Configuration& configuration) {
  std::map<std::string, Component> components;
  for (const auto& [name, application] : configuration.applications) components.merge(components_of(application));
  return components;
}

std::set<std::string> mount_points(const Application& application) {
  std::set<std::string> paths;
  for (const auto& [name, component] : components_of(application)) {
    for (const auto& [path, mount] : component.application.mounts) paths.insert(path);
  }
  return paths;
}

}  // namespace penstock::config
