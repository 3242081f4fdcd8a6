#include "service/service_definitions.h"

#include "base/error.h"
#include "base/file.h"
#include "service/definition_reader.h"

#include <fmt/format.h>

namespace penstock {

namespace fs = std::filesystem;

ServiceDefinitions::ServiceDefinitions(const std::map<std::string, std::string>& texts) {
  for (const auto& [type, text] : texts) definitions_[type] = read_definition(type, texts);
}

ServiceDefinitions ServiceDefinitions::with(const fs::path& directory) {
  std::map<std::string, std::string> texts = builtin_definitions();
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory, missing)) {
    if (entry.path().extension() == ".yaml") texts[entry.path().stem()] = read_file(entry.path());
  }
  return ServiceDefinitions(texts);
}

ServiceDefinitions ServiceDefinitions::builtin() {
  return ServiceDefinitions(builtin_definitions());
}

const ServiceDefinition& ServiceDefinitions::get(const std::string& type) const {
  const std::size_t colon = type.find(':');
  const auto found = definitions_.find(type.substr(0, colon));
  if (colon == std::string::npos || found == definitions_.end() ||
      !found->second.versions.contains(type.substr(colon + 1))) {
    throw UserError(fmt::format("there is no service of type {}", type));
  }
  return found->second;
}

config::ServiceTypes ServiceDefinitions::types() const {
  config::ServiceTypes types;
  for (const auto& [type, definition] : definitions_) types[type] = definition.rules;
  return types;
}

Catalogue ServiceDefinitions::images() const {
  Catalogue catalogue;
  for (const auto& [type, definition] : definitions_) catalogue.add(type, definition.versions);
  return catalogue;
}

}  // namespace penstock
