#include "config/relationship_json.h"

#include <nlohmann/json.hpp>

namespace penstock::config {

Json relationships_to_json(const std::map<std::string, Relationship>& relationships) {
  Json json = Json::object();
  for (const auto& [name, to] : relationships) json[name] = to.target + ":" + to.endpoint;
  return json;
}

std::map<std::string, Relationship> relationships_from_json(const Json& json) {
  std::map<std::string, Relationship> relationships;
  for (const auto& [name, value] : json.items()) {
    const auto text = value.get<std::string>();
    const std::size_t colon = text.find(':');
    relationships[name] = {text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1)};
  }
  return relationships;
}

}  // namespace penstock::config
