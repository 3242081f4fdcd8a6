#pragma once

#include "config/application.h"
#include "config/service.h"

#include <map>
#include <string>

namespace penstock::config {

// What one container may use.
struct ContainerSize {
  double cpus = 0;
  unsigned memory_mb = 0;
};

// Size ("0.5") to what it is, by profile ("HIGH_CPU").
const std::map<std::string, std::map<std::string, ContainerSize>>& container_profiles();
// Throws UserError for a size that there is not, with those there are.
ContainerSize container_size(const std::string& profile, const std::string& size);

// The one declared, or that of its type.
std::string container_profile(const Application& application);
std::string container_profile(const Service& service);

}  // namespace penstock::config
