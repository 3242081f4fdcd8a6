#include "runtime/router/http/cache_control.h"

#include <algorithm>
#include <charconv>

namespace penstock::router {
namespace {

constexpr std::chrono::seconds kLongest{std::int64_t{1} << 31};

// Takes the next directive off a list; a comma may be inside of quotes.
std::string_view next_directive(std::string_view& list) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < list.size() && (quoted || list[end] != ','); ++end) {
    if (list[end] == '"') quoted = !quoted;
    if (list[end] == '\\' && quoted && end + 1 < list.size()) ++end;
  }
  std::string_view directive = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  while (directive.starts_with(' ') || directive.starts_with('\t')) directive.remove_prefix(1);
  while (directive.ends_with(' ') || directive.ends_with('\t')) directive.remove_suffix(1);
  return directive;
}

std::chrono::seconds read_seconds(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) return kLongest;
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0) return {};
  return std::min(std::chrono::seconds(value), kLongest);
}

void apply(std::string_view directive, CacheControl& control) {
  const std::size_t equals = std::min(directive.find('='), directive.size());
  const std::string_view name = directive.substr(0, equals);
  const std::string_view value = directive.substr(std::min(equals + 1, directive.size()));
  const auto is = [&](std::string_view known) { return equal_ignoring_case(name, known); };
  control.no_store |= is("no-store");
  control.no_cache |= is("no-cache");
  control.only_private |= is("private");
  control.is_public |= is("public");
  control.must_revalidate |= is("must-revalidate") || is("proxy-revalidate");
  control.no_transform |= is("no-transform");
  if (is("max-age") && !control.max_age) control.max_age = read_seconds(value);
  if (is("s-maxage") && !control.s_maxage) control.s_maxage = read_seconds(value);
}

}  // namespace

CacheControl read_cache_control(const FieldList& fields) {
  CacheControl control;
  for (const Field& field : fields.all()) {
    if (field.known != FieldName::CacheControl) continue;
    std::string_view list = field.value;
    while (!list.empty()) apply(next_directive(list), control);
  }
  return control;
}

}  // namespace penstock::router
