#include "api/json_values.h"

#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::api {

std::string text_value(const Json& value, const std::string& name) {
  if (!value.is_string()) throw UserError(fmt::format("cannot set {}: it must be a text", name));
  return value.get<std::string>();
}

bool truth_value(const Json& value, const std::string& name) {
  if (value.is_boolean()) return value.get<bool>();
  if (value == Json("true") || value == Json("1")) return true;
  if (value == Json("false") || value == Json("0")) return false;
  throw UserError(fmt::format("cannot set {}: it must be true or false", name));
}

std::optional<std::string> optional_text(const Json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return text_value(*found, name);
}

std::optional<bool> optional_truth(const Json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::nullopt;
  return truth_value(*found, name);
}

}  // namespace penstock::api
