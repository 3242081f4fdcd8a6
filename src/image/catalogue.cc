#include "image/catalogue.h"

#include "base/error.h"

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace penstock {
namespace {

[[noreturn]] void refuse(const YAML::Node& node, const std::string& why) {
  throw UserError(fmt::format("cannot use the image catalogue: line {}: {}", node.Mark().line + 1, why));
}

void require_map(const YAML::Node& node, const std::string& what) {
  if (!node.IsMap()) refuse(node, "expected " + what);
}

// What becomes part of a file name or of a command line.
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

std::map<std::string, ImageSource> read_versions(const YAML::Node& node) {
  require_map(node, "the versions of an image");
  std::map<std::string, ImageSource> versions;
  for (const auto& entry : node) versions[checked_word(entry.first, "-.")] = read_source(entry.second);
  return versions;
}

YAML::Node load(const std::string& yaml) {
  try {
    return YAML::Load(yaml);
  } catch (const YAML::ParserException& error) {
    throw UserError(fmt::format("cannot use the image catalogue: line {}: {}", error.mark.line + 1, error.msg));
  }
}

}  // namespace

Catalogue Catalogue::parse(const std::string& yaml) {
  const YAML::Node root = load(yaml);
  require_map(root, "the types of images");
  Catalogue catalogue;
  for (const auto& entry : root) catalogue.types_[checked_word(entry.first, "-")] = read_versions(entry.second);
  return catalogue;
}

std::optional<ImageSource> Catalogue::find(const std::string& name) const {
  const std::size_t colon = std::min(name.find(':'), name.size());
  const auto type = types_.find(name.substr(0, colon));
  if (type == types_.end() || colon == name.size()) return std::nullopt;
  const auto version = type->second.find(name.substr(colon + 1));
  if (version == type->second.end()) return std::nullopt;
  return version->second;
}

std::map<std::string, std::vector<std::string>> Catalogue::available() const {
  std::map<std::string, std::vector<std::string>> result;
  for (const auto& [type, versions] : types_) {
    for (const auto& [version, source] : versions) result[type].push_back(version);
  }
  return result;
}

}  // namespace penstock
