#include "config/limits.h"
#include "config/schema.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace penstock::config {

namespace {

bool is_header_value(const std::string& value) {
  return std::all_of(value.begin(), value.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

std::optional<std::string> header_key(Reader& reader, const Field& field) {
  if (is_header_name(field.key)) return field.key;
  reader.invalid(field, "expected the name of an HTTP header");
  return std::nullopt;
}

}  // namespace

bool is_header_name(const std::string& name) {
  static const std::string others = "!#$%&'*+-.^_`|~";
  return !name.empty() && name.size() <= kMaxNameLength * 2 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) || others.find(static_cast<char>(c)) != std::string::npos;
         });
}

Shape headers_schema() {
  return map_of({header_key, kMaxHeaders}, text_like("the value of an HTTP header, on one line", is_header_value));
}

}  // namespace penstock::config
