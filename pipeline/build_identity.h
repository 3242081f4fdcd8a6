// What makes two builds the same.
#pragma once

#include "base/json.h"
#include "config/application.h"
#include "git/tree_entry.h"
#include "hooks/lifecycle/variables.h"

#include <string>
#include <vector>

namespace penstock {

struct BuildIdentity {
  git::ObjectId tree;  // of the application's files
  const config::Application& application;
  std::vector<lifecycle::UserVariable> variables;  // the build-visible ones, in any order
  std::string image_digest;

  // 64 hexadecimal digits: equal for builds with equal inputs, of one project.
  std::string id() const;
};

}  // namespace penstock
