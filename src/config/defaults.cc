#include "config/defaults.h"

#include "config/json_member.h"
#include "config/service_setup.h"

#include <string>

namespace penstock::config {

namespace {

std::string runtime_of(const Json& application) {
  const std::string type = application.value("type", "");
  return type.substr(0, type.find(':'));
}

bool passes_on(const Json& options, bool scripts_by_default) {
  const Json passthru = options.value("passthru", Json(false));
  return passthru.is_string() || passthru.get<bool>() || options.value("scripts", scripts_by_default);
}

std::string default_flavor(const std::string& runtime) {
  if (runtime == "nodejs") return "default";
  return runtime == "php" ? "composer" : "none";
}

void complete(std::map<std::string, Relationship>& relationships, const Configuration& configuration,
              const ServiceTypes& types) {
  for (auto& [name, relationship] : relationships) {
    const auto service = configuration.services.find(relationship.target);
    if (!relationship.endpoint.empty() || service == configuration.services.end()) continue;
    const ServiceType* type = find_service_type(types, service->second.type);
    if (type == nullptr) continue;
    if (setup_of(service->second, *type).endpoints.contains(type->endpoint)) relationship.endpoint = type->endpoint;
  }
}

void complete(Overrides& overrides, const Configuration& configuration, const ServiceTypes& types) {
  if (overrides.relationships) complete(*overrides.relationships, configuration, types);
}

}  // namespace

bool is_static_only(const Json& application) {
  const bool php = runtime_of(application) == "php";
  const Json& locations = json_member(json_member(application, "web"), "locations");
  for (const auto& [prefix, location] : locations.items()) {
    if (passes_on(location, php)) return false;
    for (const auto& [expression, rule] : json_member(location, "rules").items()) {
      if (passes_on(rule, false)) return false;
    }
  }
  return !locations.empty();
}

void fill_defaults(Json& application) {
  const std::string runtime = runtime_of(application);
  Json& build = application["build"];
  if (!build.contains("flavor")) build["flavor"] = default_flavor(runtime);
  Json& web = application["web"];
  const bool php = runtime == "php";
  if (php && !web.contains("upstream") && !is_static_only(application)) {
    web["upstream"] = {{"socket_family", "unix"}, {"protocol", "fastcgi"}};
  }
  const bool fastcgi = web.contains("upstream") && web["upstream"].value("protocol", "http") == "fastcgi";
  if (php && fastcgi && json_member(web, "commands").value("start", "").empty()) {
    web["commands"]["start"] = "/usr/bin/start-php-app";
  }
  const bool runs = web.contains("commands") && !web["commands"].value("start", "").empty();
  if (!web.contains("locations") && (runs || php)) web["locations"]["/"]["passthru"] = true;
  if (!web.contains("locations")) return;
  for (auto& [prefix, location] : web["locations"].items()) {
    if (php && !location.contains("scripts")) location["scripts"] = true;
  }
}

void complete_relationships(Configuration& configuration, const ServiceTypes& types) {
  for (auto& [name, application] : configuration.applications) {
    complete(application.relationships, configuration, types);
    complete(application.web.overrides, configuration, types);
    for (auto& [worker, declared] : application.workers) complete(declared.overrides, configuration, types);
  }
  for (auto& [name, service] : configuration.services) complete(service.relationships, configuration, types);
}

void complete(Configuration& configuration) {
  if (!configuration.routes.empty() || configuration.applications.size() != 1) return;
  Route route;
  route.url = "https://{default}/";
  route.upstream = configuration.applications.begin()->first;
  configuration.routes.push_back(std::move(route));
}

}  // namespace penstock::config
