#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <ostream>
#include <set>

namespace penstock::cli {
namespace {

std::string capitalized(std::string word) {
  if (!word.empty()) word.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(word.front())));
  return word;
}

using ByParent = std::multimap<std::string, client::Environment>;

void add_children(const ByParent& environments, const std::string& parent, const std::string& indent, Table& table) {
  const auto [begin, end] = environments.equal_range(parent);
  for (auto it = begin; it != end; ++it) {
    const client::Environment& environment = it->second;
    table.add({indent + environment.id, environment.title, capitalized(environment.status), environment.type});
    add_children(environments, environment.id, indent + "  ", table);
  }
}

std::vector<client::Environment> wanted(Session& session) {
  const std::vector<std::string> statuses = session.options.list("status");
  const std::vector<std::string> types = session.options.list("type");
  const auto fits = [](const std::vector<std::string>& list, const std::string& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  std::vector<client::Environment> environments;
  for (const Json& document : session.http().get(session.project_path() + "/environments")) {
    client::Environment environment = client::Environment::from_json(document);
    if (session.options.has("no-inactive") && environment.status == "inactive") continue;
    if (fits(statuses, environment.status) && fits(types, environment.type)) environments.push_back(environment);
  }
  return environments;
}

int run(Session& session) {
  const std::vector<client::Environment> environments = wanted(session);
  if (session.options.has("pipe")) {
    for (const client::Environment& environment : environments) session.out << environment.id << "\n";
    return 0;
  }
  std::set<std::string> ids;
  for (const client::Environment& environment : environments) ids.insert(environment.id);
  ByParent by_parent;
  for (const client::Environment& environment : environments) {
    by_parent.emplace(ids.contains(environment.parent) ? environment.parent : "", environment);
  }
  Table table({{"id", "ID"}, {"title", "Title"}, {"status", "Status"}, {"type", "Type"}});
  add_children(by_parent, "", "", table);
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command environment_list() {
  return {.name = "environment:list",
          .aliases = {"environments", "env"},
          .arguments = "",
          .help = "List the environments of a project",
          .options = joined({project_options(),
                             {{"no-inactive", 'I', "", "leave out inactive ones"},
                              {"status", 0, "STATUS", "only those of this status"},
                              {"type", 0, "TYPE", "only those of this type"},
                              {"pipe", 0, "", "print the ids alone"}},
                             Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
