// The third stage: the programs that an application wants for its build and at runtime, whatever its own language.
#pragma once

#include "base/json.h"
#include "hooks/lifecycle/variables.h"

#include <nlohmann/json.hpp>

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

class OutputSink;
struct BuildContainer;

struct InstallDependencies {
  const std::map<std::string, Json>& dependencies;  // config::Application::dependencies
  const BuildContainer& container;
  lifecycle::Variables environment;

  // Into /app/.global, programs into its bin. Throws UserError when a package manager fails.
  void run(OutputSink& output, const std::stop_token& stop) const;
};

// The command that installs `packages` of a language. Throws UserError for a language that is not known.
std::vector<std::string> install_command(const std::string& language, const Json& packages);

}  // namespace penstock
