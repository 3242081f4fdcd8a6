#include "cli/properties.h"

#include "base/error.h"
#include "cli/session.h"
#include "cli/table.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

// What a person types as a setting's value: JSON where it is, text otherwise.
Json typed(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

Json with_settings(Session& session, const std::string& path) {
  Json resource = session.http().get(path);
  const Json settings = session.http().get(path + "/settings");
  for (const auto& [name, value] : settings.items()) {
    if (name != "_links") resource[name] = value;
  }
  return resource;
}

void set_property(Session& session, const std::string& path, const std::string& property, const std::string& value) {
  const bool is_setting = session.http().get(path + "/settings").contains(property);
  session.http().patch(path + (is_setting ? "/settings" : ""), {{property, is_setting ? typed(value) : Json(value)}});
  session.err << fmt::format("Property {} set to: {}\n", property, value);
}

}  // namespace

void print_properties(Session& session, const Json& resource, const std::optional<std::string>& property) {
  if (property) {
    const auto found = resource.find(*property);
    if (found == resource.end()) throw NotFound(fmt::format("Property not found: {}", *property));
    session.out << cell(*found) << "\n";
    return;
  }
  if (session.options.value("format") == "json") {
    session.out << resource.dump(2) << "\n";
    return;
  }
  Table table({{"property", "Property"}, {"value", "Value"}});
  for (const auto& [name, value] : resource.items()) {
    if (name != "_links") table.add({name, cell(value)});
  }
  table.print(session.options, session.out);
}

int show_or_set_properties(Session& session, const std::string& path) {
  const std::optional<std::string> property = session.options.positional(0);
  const std::optional<std::string> value = session.options.positional(1);
  if (property && value) {
    set_property(session, path, *property, *value);
  } else {
    print_properties(session, with_settings(session, path), property);
  }
  return 0;
}

std::string cell(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "";
  return value.dump();
}

}  // namespace penstock::cli
