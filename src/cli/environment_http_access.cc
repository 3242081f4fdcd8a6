#include "base/error.h"
#include "cli/properties.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <utility>

namespace penstock::cli {
namespace {

// What stands before and after the first colon.
std::pair<std::string, std::string> pair_of(const std::string& text, const std::string& form) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) throw UserError("cannot read '" + text + "': expected " + form);
  return {text.substr(0, colon), text.substr(colon + 1)};
}

// "0" alone stands for none.
bool clears(const std::vector<std::string>& given) {
  return given == std::vector<std::string>{"0"};
}

Json rules_of(const std::vector<std::string>& given) {
  Json rules = Json::array();
  if (clears(given)) return rules;
  for (const std::string& text : given) {
    const auto [permission, address] = pair_of(text, "allow:ADDRESS or deny:ADDRESS");
    rules.push_back({{"permission", permission}, {"address", address}});
  }
  return rules;
}

Json users_of(const std::vector<std::string>& given) {
  Json users = Json::object();
  if (clears(given)) return users;
  for (const std::string& text : given) {
    const auto [user, password] = pair_of(text, "USER:PASSWORD");
    users[user] = password;
  }
  return users;
}

int run(Session& session) {
  Json changes = Json::object();
  if (session.options.has("access")) changes["addresses"] = rules_of(session.options.list("access"));
  if (session.options.has("auth")) changes["basic_auth"] = users_of(session.options.list("auth"));
  if (const auto enabled = session.options.truth("enabled")) changes["is_enabled"] = *enabled;
  if (changes.empty()) {
    print_properties(session, session.http().get(session.environment_path()).at("http_access"), {});
    return 0;
  }
  return session.finish(session.http().patch(session.environment_path(), {{"http_access", changes}}));
}

}  // namespace

Command environment_http_access() {
  return {.name = "environment:http-access",
          .aliases = {"httpaccess"},
          .arguments = "",
          .help = "Show or set who may see the sites of an environment",
          .options = joined({environment_options(),
                             {{"access", 0, "PERMISSION:ADDRESS",
                               "allow:192.0.2.0/24, deny:any; the first that fits "
                               "counts; 0: no rules"},
                              {"auth", 0, "USER:PASSWORD", "who else may see them; 0: nobody"},
                              {"enabled", 0, "true|false", "whether any of it counts"}},
                             Table::options(),
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
