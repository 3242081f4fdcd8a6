#include "runtime/steps/serve_requests.h"

#include "runtime/deployer_context.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"
#include "runtime/site.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock {
namespace {

// A component or service.
std::string described(const Release& release, const std::string& name, const std::string& type,
                      const Limits& default_limits) {
  const Limits limits = release.limits_of(name, default_limits);
  std::string text = fmt::format("type: {}, cpu: {}, memory: {}", type, limits.cpus, limits.memory_bytes >> 20);
  const Resources resources = resources_of(release.deployment.resources, name);
  if (resources.disk) text += fmt::format(", disk: {}", *resources.disk);
  const unsigned instances = release.instances_of(name);
  if (instances > 1) text += fmt::format(", instances: {}", instances);
  return text;
}

void tell_configuration(const Release& release, const Limits& default_limits, OutputSink& output) {
  output.line("  Environment configuration");
  for (const auto& [name, component] : release.components) {
    output.line(fmt::format("    {} ({})", name, described(release, name, component.application.type, default_limits)));
  }
  for (const auto& [name, service] : release.configuration.services) {
    output.line(fmt::format("    {} ({})", name, described(release, name, service.type, default_limits)));
  }
}

void tell_routes(const Release& release, const std::vector<config::ConcreteRoute>& routes, OutputSink& output) {
  output.line("\n  Environment routes");
  for (const config::ConcreteRoute& route : routes) {
    const char* kind = release.configuration.services.contains(route.upstream) ? "service" : "application";
    output.line(route.type == config::RouteType::Upstream
                    ? fmt::format("    {} is served by {} `{}`", route.url, kind, route.upstream)
                    : fmt::format("    {} redirects to {}", route.url, route.to));
  }
}

}  // namespace

void ServeRequests::run() const {
  for (const std::string& dropped : context.parts.router.put(router_entry(context, containers, Hold::Off))) {
    output.line("W: The router does not serve " + dropped);
  }
  output.line("\n  Opening environment");
  tell_configuration(containers.release(), context.settings.limits, output);
  tell_routes(containers.release(), routes_of(containers.release(), context.settings), output);
}

}  // namespace penstock
