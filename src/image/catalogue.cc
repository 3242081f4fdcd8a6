#include "image/catalogue.h"

#include "base/error.h"
#include "image/source_reader.h"

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace penstock {
namespace {

YAML::Node load(const std::string& yaml) {
  try {
    return YAML::Load(yaml);
  } catch (const YAML::ParserException& error) {
    throw UserError(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
}

}  // namespace

Catalogue Catalogue::parse(const std::string& yaml) {
  Catalogue catalogue;
  try {
    const YAML::Node root = load(yaml);
    require_map(root, "the types of images");
    for (const auto& entry : root) catalogue.add(checked_word(entry.first, "-"), read_versions(entry.second));
  } catch (const UserError& error) {
    throw UserError(std::string("cannot use the image catalogue: ") + error.what());
  }
  return catalogue;
}

void Catalogue::add(const Catalogue& other) {
  for (const auto& [type, versions] : other.types_) types_[type] = versions;
}

void Catalogue::add(const std::string& type, std::map<std::string, ImageSource> versions) {
  types_[type] = std::move(versions);
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
