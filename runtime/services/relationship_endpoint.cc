#include "runtime/services/relationship_endpoint.h"

#include "config/service_setup.h"
#include "runtime/application_container.h"
#include "runtime/deployer_context.h"
#include "runtime/release.h"
#include "runtime/services/service_credentials.h"
#include "service/service_definitions.h"

namespace penstock {
namespace {

lifecycle::Endpoint application_endpoint(const config::Application& application) {
  return {.service = application.name, .type = application.type, .addresses = {}, .port = kRelationshipPort};
}

lifecycle::Endpoint service_endpoint(const DeployerContext& context, const Environment& environment,
                                     const config::Service& service, const config::Relationship& relationship) {
  const ServiceDefinition& definition = context.parts.services.get(service.type);
  const config::ServiceEndpoint endpoint =
      config::setup_of(service, definition.rules).endpoints.at(relationship.endpoint);
  lifecycle::Endpoint shown{.service = service.name,
                            .type = service.type,
                            .addresses = {},
                            .port = definition.port,
                            .scheme = definition.scheme,
                            .rel = relationship.endpoint,
                            .username = {},
                            .password = {},
                            .path = endpoint.path,
                            .query = definition.query};
  if (!endpoint.username.empty()) {
    shown.username = endpoint.username;
    shown.password = service_password(context, environment, service.name, endpoint.username);
  }
  return shown;
}

}  // namespace

std::map<std::string, lifecycle::Endpoint> relationship_endpoints(const DeployerContext& context,
                                                                  const Release& release, const std::string& component,
                                                                  const Addresses& addresses) {
  std::map<std::string, lifecycle::Endpoint> endpoints;
  for (const auto& [name, relationship] : release.components.at(component).application.relationships) {
    const auto found = addresses.find(relationship.target);
    if (found == addresses.end()) continue;
    const config::Configuration& configuration = release.configuration;
    endpoints[name] = release.has_application(relationship.target)
                          ? application_endpoint(configuration.applications.at(relationship.target))
                          : service_endpoint(context, release.environment,
                                             configuration.services.at(relationship.target), relationship);
    endpoints[name].addresses = found->second;
  }
  return endpoints;
}

}  // namespace penstock
