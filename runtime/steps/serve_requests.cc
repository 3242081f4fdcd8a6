#include "runtime/steps/serve_requests.h"

#include "runtime/deployer_context.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"
#include "runtime/site.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock {
namespace {

void tell_configuration(const Release& release, const Limits& limits, OutputSink& output) {
  output.line("  Environment configuration");
  for (const auto& [name, component] : release.components) {
    output.line(fmt::format("    {} (type: {}, cpu: {}, memory: {})", name, component.application.type, limits.cpus,
                            limits.memory_bytes >> 20));
  }
  for (const auto& [name, service] : release.configuration.services) {
    output.line(fmt::format("    {} (type: {}, cpu: {}, memory: {})", name, service.type, limits.cpus,
                            limits.memory_bytes >> 20));
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
