#include "image/source_reader.h"

#include "base/error.h"

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace penstock {
namespace {

std::map<std::string, std::string> read_files(const YAML::Node& node) {
  require_map(node, "paths and contents");
  std::map<std::string, std::string> files;
  for (const auto& entry : node) {
    const std::string path = entry.first.Scalar();
    const bool inside = path.starts_with('/') && path.size() > 1 && path.find("/..") == std::string::npos;
    if (!inside || !entry.second.IsScalar()) refuse(entry.first, "expected an absolute path and a text");
    files[path] = entry.second.Scalar();
  }
  return files;
}

ImageSource debian_source(const YAML::Node& node) {
  require_map(node, "\"packages\"");
  const YAML::Node packages = node["packages"];
  if (!packages || !packages.IsSequence()) refuse(node, "expected \"packages\", a list");
  ImageSource source;
  for (const YAML::Node& package : packages) source.debian_packages.push_back(checked_word(package, "-+."));
  if (node["files"]) source.files = read_files(node["files"]);
  return source;
}

ImageSource read_source(const YAML::Node& node) {
  require_map(node, "\"debian\" or \"oci\"");
  if (node.size() != 1) refuse(node, "expected one of \"debian\" and \"oci\"");
  if (node["debian"]) return debian_source(node["debian"]);
  if (!node["oci"] || !node["oci"].IsScalar()) refuse(node, "expected \"debian\" or \"oci\"");
  return {.debian_packages = {}, .files = {}, .oci_reference = node["oci"].Scalar()};
}

}  // namespace

std::map<std::string, ImageSource> read_versions(const YAML::Node& node) {
  require_map(node, "the versions of an image");
  std::map<std::string, ImageSource> versions;
  for (const auto& entry : node) versions[checked_word(entry.first, "-.")] = read_source(entry.second);
  return versions;
}

std::string checked_word(const YAML::Node& node, std::string_view also) {
  if (!node.IsScalar()) refuse(node, "expected a word");
  std::string word = node.Scalar();
  const auto fits = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || also.find(c) != std::string_view::npos;
  };
  const bool begins_well = !word.empty() && word.front() != '-' && word.front() != '.';
  if (!begins_well || !std::all_of(word.begin(), word.end(), fits)) refuse(node, "\"" + word + "\" is not a name");
  return word;
}

void require_map(const YAML::Node& node, const std::string& what) {
  if (!node.IsMap()) refuse(node, "expected " + what);
}

void refuse(const YAML::Node& node, const std::string& why) {
  throw UserError(fmt::format("line {}: {}", node.Mark().line + 1, why));
}

}  // namespace penstock
