// Where environments are reached.
#pragma once

#include "config/concrete_route.h"
#include "config/configuration.h"

#include <string>
#include <vector>

namespace penstock {

struct DeployerSettings;
struct Environment;
struct Release;

config::Site site_of(const Environment& environment, const DeployerSettings& settings);
std::vector<config::ConcreteRoute> routes_of(const Release& release, const DeployerSettings& settings);

// Those that TLS is spoken for; the first label may be '*'.
std::vector<std::string> https_hosts_of(const Release& release, const DeployerSettings& settings);

// Of the routes that an application answers: the primary first.
std::vector<std::string> urls_of(const config::Configuration& configuration, const config::Site& site);

}  // namespace penstock
