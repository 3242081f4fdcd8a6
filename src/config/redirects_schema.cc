#include "config/expression.h"
#include "config/limits.h"
#include "config/route_url.h"
#include "config/schema.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>

namespace penstock::config {

namespace {

constexpr std::size_t kMaxRedirects = 5000;

std::optional<Json> read_code(Reader& reader, const Field& field) {
  const auto code = one_of({"301", "302", "307", "308"})(reader, field);
  return code ? std::optional<Json>(std::stoi(code->get<std::string>())) : std::nullopt;
}

bool is_path_or_target(const std::string& to) {
  const bool path = !to.empty() && to.front() == '/';
  return is_redirect_target(path ? "http://host" + to : to);
}

// Variables such as $1 stand for parts of the request where the path is an expression.
void check_expression(Reader& reader, const Field& field, const Json& redirect) {
  const std::string why = why_not_expression(field.key);
  if (!why.empty()) reader.invalid(field, fmt::format("not a regular expression: {}", why));
  if (redirect.contains("prefix") || redirect.contains("append_suffix")) {
    reader.invalid(field, "'prefix' and 'append_suffix' mean nothing with 'regexp'");
  }
}

Shape redirect_schema() {
  const Shape fields = object({{"to", text_like("a URL, or a path that begins with '/'", is_path_or_target), true},
                               {"regexp", boolean()},
                               {"prefix", boolean()},
                               {"append_suffix", boolean()},
                               {"code", read_code},
                               {"expires", duration()}});
  return [fields](Reader& reader, const Field& field) {
    auto redirect = fields(reader, field);
    const bool expression = redirect && redirect->value("regexp", false);
    if (expression) check_expression(reader, field, *redirect);
    if (!expression && (field.key.empty() || field.key.front() != '/')) {
      reader.invalid(field, "expected a path that begins with '/'");
    }
    return redirect;
  };
}

}  // namespace

Shape redirects_schema() {
  return object({{"expires", duration()}, {"paths", map_of({nullptr, kMaxRedirects, true}, redirect_schema())}});
}

}  // namespace penstock::config
