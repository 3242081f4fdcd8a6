#pragma once

#include "base/process.h"

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::git {

// Runs git itself on a bare repository, as its owner, deaf to the configuration of the machine: for what writes
// objects or refs, so that they belong to that user and are as durable as a push.
struct Plumbing {
  std::filesystem::path path;
  std::optional<std::pair<uid_t, gid_t>> user;  // who owns the repository; none: as we are

  // Whatever its status. `environment` is added to git's own.
  CommandResult run(std::vector<std::string> arguments, std::vector<std::string> environment = {},
                    std::string_view input = {}) const;
  // Its standard output without the last line feed. Throws Error "cannot <action>: …" unless it succeeds.
  std::string checked(const std::string& action, std::vector<std::string> arguments,
                      std::vector<std::string> environment = {}, std::string_view input = {}) const;
  // The same with its standard output into a file. Throws Error.
  void stream(const std::string& action, std::vector<std::string> arguments, int output) const;

 private:
  ProcessOptions process(std::vector<std::string> arguments, std::vector<std::string> environment) const;
};

}  // namespace penstock::git
