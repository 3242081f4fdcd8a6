#pragma once

#include "service/service_definition.h"

#include <filesystem>
#include <map>
#include <string>

namespace penstock {

// All types of services there are. Never changes.
class ServiceDefinitions {
 public:
  // `texts` is type to YAML; one that `extends` another gets what it does not say from that one. Throws UserError
  // naming type and line.
  explicit ServiceDefinitions(const std::map<std::string, std::string>& texts);
  // Those compiled in, and the files TYPE.yaml of `directory`, which replace them. There may be no such directory.
  static ServiceDefinitions with(const std::filesystem::path& directory);
  static ServiceDefinitions builtin();

  // Of "postgresql:15". Throws UserError when there is none.
  const ServiceDefinition& get(const std::string& type) const;
  config::ServiceTypes types() const;
  Catalogue images() const;

 private:
  std::map<std::string, ServiceDefinition> definitions_;
};

// Those compiled in, as text.
const std::map<std::string, std::string>& builtin_definitions();

}  // namespace penstock
