#pragma once

#include "config/application.h"
#include "config/configuration.h"

#include <map>
#include <set>
#include <string>

namespace penstock::config {

// What has containers of its own: the web part of an application, or one of its workers.
struct Component {
  std::string name;    // "app", "app--queue"
  std::string worker;  // "queue"; empty: the web part
  Commands commands;
  // As this part sees it: what it has in place of what the application says is filled in. That of a worker has no web,
  // no hooks and no crons.
  Application application;

  bool is_worker() const { return !worker.empty(); }
  // "application app", "worker app--queue"
  std::string title() const;
  // As PLATFORM_APPLICATION and the API show it.
  Json to_json() const;
};

// "app--queue"
std::string worker_component(const std::string& application, const std::string& worker);

// By name.
std::map<std::string, Component> components_of(const Application& application);
std::map<std::string, Component> components_of(const Configuration& configuration);

// Where any part of an application mounts something, relative to its folder.
std::set<std::string> mount_points(const Application& application);

}  // namespace penstock::config
