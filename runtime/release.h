#pragma once

#include "config/configuration.h"
#include "hooks/lifecycle/variables.h"
#include "store/deployment.h"
#include "store/environment.h"
#include "store/variable.h"

#include <map>
#include <string>
#include <vector>

namespace penstock {

// A deployment's record with what it takes to run it.
struct Release {
  Environment environment;
  Deployment deployment;
  config::Configuration configuration;  // as in deployment.configuration

  std::string container_id(const std::string& application) const;
  std::vector<lifecycle::UserVariable> variables() const;
  // The applications in the order they start: each group only needs those before it.
  std::vector<std::vector<std::string>> start_order() const;
};

Release release_of(Environment environment, Deployment deployment);

// The form in which a deployment keeps variables.
Json release_variables(const std::vector<Variable>& effective);

// Equal for deployments that the same deploy hook would see.
std::string deploy_fingerprint(const Deployment& deployment);

}  // namespace penstock
