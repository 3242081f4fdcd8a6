#include "pipeline/build_plan.h"

#include "pipeline/build_identity.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace penstock {
namespace {

constexpr std::size_t kShownTree = 7;

void add(std::string& list, const std::string& item, const char* separator) {
  list += (list.empty() ? "" : separator) + item;
}

// The names that two objects have different values of.
std::string different_members(const Json& before, const Json& after) {
  std::set<std::string> names;
  for (const auto& [name, value] : before.items()) names.insert(name);
  for (const auto& [name, value] : after.items()) names.insert(name);
  std::string different;
  for (const std::string& name : names) {
    if (before.value(name, Json()) != after.value(name, Json())) add(different, name, ", ");
  }
  return different;
}

Json by_name(const std::vector<lifecycle::UserVariable>& variables) {
  Json values = Json::object();
  for (const auto& variable : variables) values[variable.name] = {variable.value, variable.is_json};
  return values;
}

}  // namespace

std::string changed_inputs(const FormerBuild& before, const BuildIdentity& now) {
  const Json& manifest = before.artifact.manifest;
  std::string changes;
  if (const std::string tree = manifest.value("tree", ""); tree != now.tree) {
    add(changes, fmt::format("files (tree {} to {})", tree.substr(0, kShownTree), now.tree.substr(0, kShownTree)),
        "; ");
  }
  const std::string members =
      different_members(manifest.value("configuration", Json::object()), now.application.build_slug());
  if (!members.empty()) add(changes, "configuration (" + members + ")", "; ");
  const std::string variables = different_members(
      by_name(lifecycle::build_visible(before.variables, now.application.name)), by_name(now.variables));
  if (!variables.empty()) add(changes, "variables (" + variables + ")", "; ");
  if (manifest.value("image", "") != now.image_digest) add(changes, "the base image", "; ");
  return changes;
}

}  // namespace penstock
