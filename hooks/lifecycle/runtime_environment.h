#pragma once

#include "config/component.h"
#include "hooks/lifecycle/variables.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace penstock::lifecycle {

// A service or another application, as a relationship shows it.
struct Endpoint {
  std::string service;                 // its name
  std::string type;                    // "nodejs:18"
  std::vector<std::string> addresses;  // IPv4, of each of its instances
  std::uint16_t port = 80;
  std::string scheme = "http";
  std::string rel = "http";  // the name of the endpoint
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::optional<std::string> path;
  Json query = Json::object();
};

// What the processes of a component see, and the deploy hooks of an application.
struct RuntimeEnvironment {
  const config::Component& component;
  Common common;  // with the component's application
  std::string branch;
  std::string machine_name;                       // of the environment: "main-bvxea6i"
  std::string environment_type;                   // "production", "staging" or "development"
  Json routes;                                    // config::platform_routes()
  std::map<std::string, Endpoint> relationships;  // by name
  std::uint16_t port = 8888;                      // when it listens on TCP
  std::string socket = "/run/app/app.sock";       // when it listens on a socket

  Variables variables() const;
};

// The value of PLATFORM_RELATIONSHIPS before base64: name to a list of one endpoint object. `cluster` is
// "<project>-<machine name>".
Json platform_relationships(const std::map<std::string, Endpoint>& relationships, const std::string& cluster);

// The host name of a relationship inside the container, for ContainerSpec::hosts.
std::string relationship_host(const std::string& relationship);

}  // namespace penstock::lifecycle
