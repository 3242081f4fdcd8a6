#include "base/error.h"
#include "cli/properties.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace penstock::cli {
namespace {

// The application that was named, or the only one that has any.
Json relationships_of(Session& session, const Json& applications) {
  const auto name = session.options.value("app");
  if (name && !applications.contains(*name)) throw NotFound("there is no application " + *name);
  if (name) return applications.at(*name);
  Json found = Json::object();
  for (const auto& [application, relationships] : applications.items()) {
    if (relationships.empty()) continue;
    if (!found.empty()) throw UserError("which application? Several have relationships: use --app");
    found = relationships;
  }
  return found;
}

// What "database.0.host" leads to.
const Json& follow(const Json& relationships, const std::string& path) {
  const Json* at = &relationships;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const std::string key = path.substr(begin, end - begin);
    const bool is_index = at->is_array() && key.find_first_not_of("0123456789") == std::string::npos && !key.empty() &&
                          key.size() < 4 && std::stoul(key) < at->size();
    if (!is_index && !(at->is_object() && at->contains(key))) throw NotFound("there is no property " + path);
    at = is_index ? &at->at(std::stoul(key)) : &at->at(key);
    begin = end + 1;
  }
  return *at;
}

void print(std::ostream& out, const Json& relationships) {
  for (const auto& [name, endpoints] : relationships.items()) {
    out << name << ":\n";
    for (const Json& endpoint : endpoints) {
      out << "    -\n";
      for (const auto& [property, value] : endpoint.items()) {
        out << fmt::format("        {}: {}\n", property, value.dump());
      }
    }
  }
}

int run(Session& session) {
  const std::string environment = session.options.positional(0).value_or(session.environment_name());
  const Json relationships =
      relationships_of(session, session.http().get(session.environment_path(environment) + "/relationships"));
  if (const auto property = session.options.value("property")) {
    session.out << cell(follow(relationships, *property)) << "\n";
    return 0;
  }
  if (relationships.empty()) session.err << "No relationships found.\n";
  print(session.out, relationships);
  return 0;
}

}  // namespace

Command environment_relationships() {
  return {.name = "environment:relationships",
          .aliases = {"relationships", "rel"},
          .arguments = "[environment]",
          .help = "Show an environment's relationships, with their passwords",
          .options = joined({environment_options(),
                             {{"property", 'P', "PATH", "one of them alone, such as database.0.host"},
                              {"app", 'A', "NAME", "of this application"}}}),
          .run = run};
}

}  // namespace penstock::cli
