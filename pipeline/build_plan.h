#pragma once

#include "git/tree_entry.h"
#include "hooks/lifecycle/variables.h"
#include "store/artifact.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

struct BuildIdentity;

// The build of one application as it would be, and why.
struct PlannedBuild {
  std::string application;
  std::string type;
  git::ObjectId tree;
  std::optional<std::string> digest;  // of the artifact that would be reused; none: it would be built
  std::string why;
};

// What an application was built from, for a comparison.
struct FormerBuild {
  Artifact artifact;
  std::vector<lifecycle::UserVariable> variables;  // that applied to it
};
using FormerBuilds = std::map<std::string, FormerBuild>;  // by application

// Which inputs of a build are others than they were: "files (tree 6fa1eef to 1234567); variables env:FOO". Empty when
// none is.
std::string changed_inputs(const FormerBuild& before, const BuildIdentity& now);

}  // namespace penstock
