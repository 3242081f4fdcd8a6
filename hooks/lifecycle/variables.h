// Environment variables of containers: what an application declares, what users set, what Penstock provides.
#pragma once

#include "base/json.h"
#include "config/application.h"

#include <map>
#include <string>
#include <vector>

namespace penstock::lifecycle {

// Name to value, as a process gets them.
using Variables = std::map<std::string, std::string>;

// A variable that a user set on a project or an environment.
struct UserVariable {
  std::string name;  // with its prefix: "env:FOO"
  std::string value;
  bool is_json = false;
  bool visible_build = true;
  bool visible_runtime = true;
  std::vector<std::string> application_scope;  // empty: all
};

enum class Phase { Build, Runtime };

// What both phases have.
struct Common {
  const config::Application& application;
  std::string project;
  std::string project_entropy;
  std::string tree_id;
  std::string image_path;               // the PATH of the base image
  std::vector<UserVariable> variables;  // one per name: what applies to the environment
};

// The user's part of it, lowest precedence first: the application's `variables`, then `common.variables` that are
// visible in `phase` and meant for this application. PLATFORM_VARIABLES is there too.
Variables user_variables(const Common& common, Phase phase);

// Those of `variables` that a build of `application` sees.
std::vector<UserVariable> build_visible(const std::vector<UserVariable>& variables, const std::string& application);

// Programs of `dependencies` come before those of the image.
std::string search_path(const std::string& image_path);

// "NAME=value" each, as Engine takes them.
std::vector<std::string> to_strings(const Variables& variables);

// Where the application is in its containers, at build and at runtime.
inline constexpr const char* kAppDirectory = "/app";
// Where `dependencies` are installed, relative to it.
inline constexpr const char* kDependenciesDirectory = ".global";

}  // namespace penstock::lifecycle
