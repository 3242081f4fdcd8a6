// The fourth stage: the packages that the application's own language declares.
#pragma once

#include "config/application.h"
#include "hooks/lifecycle/variables.h"

#include <stop_token>

namespace penstock {

class OutputSink;
struct BuildContainer;

struct BuildFlavor {
  const config::Application& application;
  const BuildContainer& container;
  lifecycle::Variables environment;

  // Does nothing without the file that declares packages. Throws UserError when the package manager fails.
  void run(OutputSink& output, const std::stop_token& stop) const;
};

}  // namespace penstock
