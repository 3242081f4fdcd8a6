#include "config/json_member.h"

#include <nlohmann/json.hpp>

namespace penstock::config {

const Json& json_member(const Json& json, const char* key) {
  static const Json empty = Json::object();
  const auto it = json.find(key);
  return it == json.end() ? empty : *it;
}

}  // namespace penstock::config
