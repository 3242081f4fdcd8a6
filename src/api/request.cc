#include "api/request.h"

#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace penstock::api {

const std::string& Request::param(std::string_view name) const {
  const auto found = params.find(name);
  if (found == params.end()) throw Error(fmt::format("cannot serve {}: its route has no {}", path, name));
  return found->second;
}

std::optional<std::string> Request::query_value(const std::string& name) const {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Request::query_values(const std::string& name) const {
  std::vector<std::string> values;
  const auto [begin, end] = query.equal_range(name);
  for (auto it = begin; it != end; ++it) values.push_back(it->second);
  return values;
}

long Request::query_number(const std::string& name, long otherwise) const {
  const std::optional<std::string> text = query_value(name);
  if (!text) return otherwise;
  long number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) {
    throw UserError(fmt::format("cannot read {}={}: it must be a whole number", name, *text));
  }
  return number;
}

Json Request::json() const {
  if (body.empty()) return Json::object();
  Json document = Json::parse(body, nullptr, false);
  if (!document.is_object()) throw UserError("cannot read the request's body: it must be a JSON object");
  return document;
}

}  // namespace penstock::api
