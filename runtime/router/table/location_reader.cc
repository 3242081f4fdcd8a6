#include "runtime/router/table/location_reader.h"

#include "base/error.h"
#include "runtime/router/http/fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace penstock::router {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};

constexpr std::array<Unit, 9> kUnits{{{"ms", 0.001},
                                      {"s", 1},
                                      {"", 1},
                                      {"m", 60},
                                      {"h", 3600},
                                      {"d", 86'400},
                                      {"w", 604'800},
                                      {"M", 2'592'000},
                                      {"y", 31'536'000}}};

std::optional<std::chrono::seconds> parse_expires(const std::string& text) {
  long long count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const auto* unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == suffix; });
  if (error != std::errc() || unit == kUnits.end()) throw UserError("cannot read duration '" + text + "'");
  if (count < 0) return std::nullopt;
  return std::chrono::seconds(static_cast<long long>(static_cast<double>(count) * unit->seconds));
}

std::string without_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

Passthru read_passthru(const Json& json) {
  if (json.is_boolean()) return {.enabled = json.get<bool>(), .front_controller = {}};
  return {.enabled = true, .front_controller = json.get<std::string>()};
}

std::vector<std::pair<std::string, std::string>> read_headers(const Json& json) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [name, value] : json.items()) {
    const auto text = value.get<std::string>();
    FieldList parsed;
    if (parse_fields(fmt::format("{}: {}\r\n", name, text), parsed) != FieldsResult::Complete ||
        parsed.all().size() != 1) {
      throw UserError("cannot use header '" + name + "': its name or value is not allowed in HTTP");
    }
    headers.emplace_back(name, text);
  }
  return headers;
}

bool given(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && !found->is_null();
}

// What `json` names over what `options` has.
LocationOptions read_options(const Json& json, LocationOptions options) {
  if (given(json, "allow")) options.allow = json["allow"].get<bool>();
  if (given(json, "scripts")) options.scripts = json["scripts"].get<bool>();
  if (given(json, "passthru")) options.passthru = read_passthru(json["passthru"]);
  if (given(json, "expires")) options.expires = read_expires(json["expires"]);
  if (given(json, "headers")) options.headers = read_headers(json["headers"]);
  return options;
}

RequestBuffering read_buffering(const Json& json) {
  RequestBuffering buffering;
  if (given(json, "enabled")) buffering.enabled = json["enabled"].get<bool>();
  if (given(json, "max_request_size")) buffering.max_request_size = json["max_request_size"].get<std::uint64_t>();
  return buffering;
}

Location read_location(const std::string& prefix, const Json& json) {
  Location location;
  const std::string inner = without_slashes(prefix);
  location.prefix = inner.empty() ? "" : "/" + inner;
  if (given(json, "root")) location.root = without_slashes(json["root"].get<std::string>());
  if (given(json, "index")) location.index = json["index"].get<std::vector<std::string>>();
  location.options = read_options(json, {});
  if (given(json, "request_buffering")) location.request_buffering = read_buffering(json["request_buffering"]);
  if (!given(json, "rules")) return location;
  for (const auto& [expression, overrides] : json["rules"].items()) {
    location.rules.push_back({Regex(expression), read_options(overrides, location.options)});
  }
  return location;
}

}  // namespace

std::optional<std::chrono::seconds> read_expires(const Json& json) {
  if (json.is_number()) {
    const auto seconds = json.get<long long>();
    return seconds < 0 ? std::nullopt : std::optional(std::chrono::seconds(seconds));
  }
  if (json.is_string()) return parse_expires(json.get<std::string>());
  return std::nullopt;
}

std::vector<Location> read_locations(const Json& json) {
  std::vector<Location> locations;
  for (const auto& [prefix, options] : json.items()) locations.push_back(read_location(prefix, options));
  std::stable_sort(locations.begin(), locations.end(),
                   [](const Location& a, const Location& b) { return a.prefix.size() > b.prefix.size(); });
  return locations;
}

}  // namespace penstock::router
