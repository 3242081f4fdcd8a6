// The fifth stage: the application's own build script.
#pragma once

#include "hooks/lifecycle/variables.h"

#include <stop_token>
#include <string>

namespace penstock {

class OutputSink;
struct BuildContainer;

struct BuildHook {
  std::string script;
  const BuildContainer& container;
  lifecycle::Variables environment;

  // Throws UserError when the script fails.
  void run(OutputSink& output, const std::stop_token& stop) const;
};

}  // namespace penstock
