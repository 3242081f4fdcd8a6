#include "git/plumbing.h"

#include "base/error.h"

namespace penstock::git {

CommandResult Plumbing::run(std::vector<std::string> arguments, std::vector<std::string> environment,
                            std::string_view input) const {
  CommandOptions command;
  command.process = process(std::move(arguments), std::move(environment));
  command.input = input;
  return run_command(command);
}

std::string Plumbing::checked(const std::string& action, std::vector<std::string> arguments,
                              std::vector<std::string> environment, std::string_view input) const {
  CommandResult result = run(std::move(arguments), std::move(environment), input);
  if (!result.status.success()) throw Error("cannot " + action + ": " + result.err);
  if (result.out.ends_with('\n')) result.out.pop_back();
  return std::move(result.out);
}

void Plumbing::stream(const std::string& action, std::vector<std::string> arguments, int output) const {
  ProcessOptions options = process(std::move(arguments), {});
  options.stdout_fd = output;
  const ExitStatus status = Process(options).wait();
  if (!status.success()) throw Error("cannot " + action + ": git ended with " + status.describe());
}

ProcessOptions Plumbing::process(std::vector<std::string> arguments, std::vector<std::string> environment) const {
  ProcessOptions options;
  options.argv = {"git"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  environment.insert(environment.end(), {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent",
                                         "GIT_DIR=" + path.string(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=1",
                                         "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"});
  options.environment = std::move(environment);
  options.directory = path;
  options.user = user;
  return options;
}

}  // namespace penstock::git
