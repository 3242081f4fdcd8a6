#pragma once

#include "config/application.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock::config {

// A property that an application has, or one of its parts in place of it.
template <typename T>
struct Declared {
  std::string owner;  // "applications.app", "applications.app.web", "applications.app.workers.queue"
  const T& value;
};

// Wherever an application says it: declared(app, &Application::mounts, &Overrides::mounts).
template <typename T>
std::vector<Declared<T>> declared(const Application& application, T Application::*own,
                                  std::optional<T> Overrides::*instead) {
  const std::string owner = "applications." + application.name;
  std::vector<Declared<T>> all{{owner, application.*own}};
  const auto add = [&](const std::string& part, const Overrides& overrides) {
    if (overrides.*instead) all.push_back({owner + part, *(overrides.*instead)});
  };
  add(".web", application.web.overrides);
  for (const auto& [name, worker] : application.workers) add(".workers." + name, worker.overrides);
  return all;
}

}  // namespace penstock::config
