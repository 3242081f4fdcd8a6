#include "config/expression.h"
#include "config/limits.h"
#include "config/nearest.h"
#include "config/paths.h"
#include "config/schema.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace penstock::config {

namespace {

constexpr std::size_t kMaxLocations = 200;
constexpr std::size_t kMaxExpression = 1000;

bool is_path(const std::string& text) {
  return !text.empty() && text.front() == '/';
}

Shape absolute_path() {
  return text_like("a path that begins with '/'", is_path);
}

// true, false or the path of a front controller.
std::optional<Json> read_passthru(Reader& reader, const Field& field) {
  const bool path = field.node->is_scalar() && is_path(field.node->text);
  return path ? absolute_path()(reader, field) : boolean()(reader, field);
}

std::optional<Json> read_root(Reader& reader, const Field& field) {
  auto value = text(kMaxTextLength)(reader, field);
  if (!value) return std::nullopt;
  const auto path = resolve_path("", value->get<std::string>());
  if (path) return *path;
  reader.expected(field, "a folder inside the application's");
  return std::nullopt;
}

std::optional<std::string> location_key(Reader& reader, const Field& field) {
  if (is_path(field.key)) return field.key;
  reader.invalid(field, fmt::format("the location {} begins without '/'", in_quotes(field.key)));
  return std::nullopt;
}

std::optional<std::string> expression_key(Reader& reader, const Field& field) {
  if (field.key.empty() || field.key.size() > kMaxExpression) {
    reader.invalid(field, fmt::format("expected a regular expression of at most {} characters", kMaxExpression));
    return std::nullopt;
  }
  const std::string why = why_not_expression(field.key);
  if (why.empty()) return field.key;
  reader.invalid(field, fmt::format("not a regular expression: {}", why));
  return std::nullopt;
}

// What a location and a rule of one may both say.
std::vector<Property> file_options() {
  return {{"passthru", read_passthru},
          {"expires", duration()},
          {"allow", boolean()},
          {"scripts", boolean()},
          {"headers", headers_schema()}};
}

Shape location_schema() {
  std::vector<Property> properties = file_options();
  properties.push_back({"root", read_root});
  properties.push_back({"index", list_of(text())});
  properties.push_back({"rules", map_of({expression_key, kMaxEntries, true}, object(file_options()))});
  properties.push_back({"request_buffering", object({{"enabled", boolean()}, {"max_request_size", size()}})});
  return object(std::move(properties));
}

}  // namespace

Shape web_schema() {
  std::vector<Property> properties{
      {"commands", object({{"pre_start", text()}, {"start", text()}, {"post_start", text()}})},
      {"upstream", object({{"socket_family", one_of({"tcp", "unix"})}, {"protocol", one_of({"http", "fastcgi"})}})},
      {"locations", map_of({location_key, kMaxLocations}, location_schema())},
      {"document_root", text()},
      {"passthru", text()},
      {"index_files", list_of(text())},
      {"whitelist", list_of(text())},
      {"blacklist", list_of(text())},
      {"expires", duration()},
      {"move_to_root", boolean()}};
  for (const Property& property : instance_overrides()) properties.push_back(property);
  return object(std::move(properties));
}

}  // namespace penstock::config
