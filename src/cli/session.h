#pragma once

#include "cli/credentials.h"
#include "cli/git_remote.h"
#include "cli/options.h"
#include "client/http_client.h"
#include "client/wire.h"

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace penstock::cli {

// One run of a command: its options, the penstockd it talks to and the folder it stands in.
class Session {
 public:
  Session(Options given, std::ostream& output, std::ostream& messages)
      : options(std::move(given)), out(output), err(messages) {}

  const Options options;
  std::ostream& out;
  std::ostream& err;

  // Throws UserError when nobody is logged in.
  const client::HttpClient& http();

  // From -p, else from the git remote of the current folder. Throws UserError when neither says.
  const std::string& project();
  // "/projects/ID"
  std::string project_path() { return "/projects/" + project(); }
  // From -e, else the branch checked out, else the default branch.
  std::string environment_name();
  std::string environment_path() { return environment_path(environment_name()); }
  std::string environment_path(const std::string& name);
  client::Environment environment() { return client::Environment::from_json(http().get(environment_path())); }

  // Calls `each` with every environment named on the command line, else with the one that is meant. Returns the worst
  // exit status.
  int each_environment(const std::function<int(const std::string& name)>& each);

  // Asks on the terminal; --yes answers. Without a terminal throws UserError.
  bool confirm(const std::string& question);

  // Follows the activities that a change began, unless --no-wait. Returns the exit status.
  int finish(const Json& accepted);

 private:
  const std::optional<GitCheckout>& checkout();

  std::optional<Credentials> credentials_;
  std::optional<client::HttpClient> http_;
  std::optional<std::string> project_;
  std::optional<std::optional<GitCheckout>> checkout_;
};

}  // namespace penstock::cli
