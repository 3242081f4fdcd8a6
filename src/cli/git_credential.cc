#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <iostream>
#include <map>

namespace penstock::cli {
namespace {

// git asks in lines of name=value, ended by an empty one.
std::map<std::string, std::string> question() {
  std::map<std::string, std::string> fields;
  for (std::string line; std::getline(std::cin, line) && !line.empty();) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) fields[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return fields;
}

int run(Session& session) {
  if (session.options.positional(0) != "get") return 0;
  std::map<std::string, std::string> asked = question();
  const Credentials credentials = Credentials::load();
  if (asked["protocol"] + "://" + asked["host"] == credentials.url && !credentials.token.empty()) {
    session.out << fmt::format("username=penstock\npassword={}\n", credentials.token);
  }
  return 0;
}

}  // namespace

Command git_credential() {
  return {.name = "git-credential",
          .aliases = {},
          .arguments = "get|store|erase",
          .help = "Give git the token: git config credential.helper '!penstock git-credential'",
          .options = {},
          .run = run};
}

}  // namespace penstock::cli
