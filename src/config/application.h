// An application as .upsun/*.yaml declares it, normalized: defaults filled in, durations in seconds, paths without '/'
// at their ends.
#pragma once

#include "config/cron.h"
#include "config/location.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace penstock::config {

struct Relationship {
  std::string target;    // a service or another application
  std::string endpoint;  // empty: the target's default

  bool operator==(const Relationship&) const = default;
};

enum class MountSource { Storage, Instance, Temporary, Service };

struct Mount {
  MountSource source = MountSource::Storage;
  std::string source_path;  // in the volume; empty: its root
  std::string service;      // whose volume it is: a service, or another application; empty: our own
};

struct Hooks {
  std::string build;
  std::string deploy;
  std::string post_deploy;
};

struct Commands {
  std::string pre_start;
  std::string start;  // empty: only files are served, nothing runs
  std::string post_start;
};

using Variables = std::map<std::string, std::map<std::string, Json>>;  // prefix ("env") to name to value

// What the web part of an application or a worker has in place of what the application says: each a property as a
// whole.
struct Overrides {
  std::optional<std::map<std::string, Relationship>> relationships;
  std::optional<std::map<std::string, Mount>> mounts;
  std::optional<Variables> variables;
  std::optional<std::map<std::string, std::string>> additional_hosts;
  Json other = Json::object();  // as Application::other
};

enum class SocketFamily { Tcp, Unix };
enum class Protocol { Http, FastCgi };

struct Web {
  Commands commands;
  SocketFamily socket_family = SocketFamily::Tcp;
  Protocol protocol = Protocol::Http;
  std::map<std::string, Location> locations;  // by path prefix, "/" or "/static"
  Overrides overrides;
};

struct Worker {
  Commands commands;
  Overrides overrides;
};

struct Application {
  std::string name;
  std::string type;                                   // "nodejs:18"
  std::string source_root;                            // relative to the repository's root; empty: that root
  std::map<std::string, Relationship> relationships;  // by name
  std::map<std::string, Mount> mounts;                // by path relative to the application's folder
  Web web;
  std::map<std::string, Worker> workers;
  Hooks hooks;
  std::string flavor;  // resolved: "default", "composer", "none", …
  // Language ("nodejs", "python3", …) to an object of package to version constraint. That of php may instead be
  // {"require": {…}, "repositories": […], "config": {…}}.
  std::map<std::string, Json> dependencies;
  Variables variables;
  std::map<std::string, Cron> crons;                    // by name
  std::string timezone = "UTC";                         // of the crons
  std::map<std::string, std::string> additional_hosts;  // name to address
  // Properties that are checked and shown to the application, but that nothing in Penstock reads.
  Json other = Json::object();

  // "nodejs" of "nodejs:18".
  std::string runtime() const { return type.substr(0, type.find(':')); }
  // The folder that the location "/" serves, relative to the application's; empty when there is none.
  std::string document_root() const;

  // The whole, as PLATFORM_APPLICATION holds it at runtime.
  Json to_json() const;
  static Application from_json(const Json& json);
  // The part that a build depends on: PLATFORM_APPLICATION at build time. Equal text for equal builds.
  Json build_slug() const;
};

Json commands_to_json(const Commands& commands);

}  // namespace penstock::config
