#pragma once

#include "config/component.h"
#include "config/configuration.h"
#include "config/container_profile.h"
#include "container/container_spec.h"
#include "hooks/lifecycle/variables.h"
#include "store/deployment.h"
#include "store/environment.h"
#include "store/variable.h"

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

// One container of a release: an instance of a component, counted from 0.
struct Slot {
  std::string component;
  unsigned instance = 0;

  auto operator<=>(const Slot&) const = default;
};

// A deployment's record with what it takes to run it.
struct Release {
  Environment environment;
  Deployment deployment;
  config::Configuration configuration;                  // as in deployment.configuration
  std::map<std::string, config::Component> components;  // those of the configuration, by name

  // Whether it is an application of the release, that others may have relationships to.
  bool has_application(const std::string& name) const { return configuration.applications.contains(name); }
  std::string container_id(const Slot& slot) const;
  // Of the container with that id, if it is one of this release.
  std::optional<Slot> slot_of(const std::string& container) const;
  // All containers, in the order of their names.
  std::vector<Slot> slots() const;
  // The components in the order they start: each group only needs those before it.
  std::vector<std::vector<std::string>> start_order() const;
  // The same of their containers.
  std::vector<std::vector<Slot>> slots_in_start_order() const;
  unsigned instances_of(const std::string& component) const;
  // What each instance of a component, or a service, may use of the machine; `otherwise` where nobody has said so.
  Limits limits_of(const std::string& name, Limits otherwise) const;
  // "HIGH_CPU", of a component or a service.
  std::string profile_of(const std::string& name) const;
  std::vector<lifecycle::UserVariable> variables() const;
};

Release release_of(Environment environment, Deployment deployment);

// The form in which a deployment keeps variables.
Json release_variables(const std::vector<Variable>& effective);

// Equal for deployments that the same deploy hook would see.
std::string deploy_fingerprint(const Deployment& deployment);

}  // namespace penstock
