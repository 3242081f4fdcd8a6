#pragma once

#include "base/file.h"
#include "base/process.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace penstock::test {

// A working copy in a directory of its own, driven by the real git, deaf to the configuration of the machine.
class GitSandbox {
 public:
  GitSandbox() {
    git({"init", "-q", "-b", "main"});
    for (const char* key : {"user.name", "user.email"}) git({"config", key, "tester@example.com"});
  }

  const std::filesystem::path& path() const { return directory_.path(); }

  CommandResult try_git(const std::vector<std::string>& arguments, const std::string& input = {}) const {
    CommandOptions options;
    options.process.argv = {"git"};
    options.process.argv.insert(options.process.argv.end(), arguments.begin(), arguments.end());
    options.process.directory = path();
    options.process.environment = std::vector<std::string>{"PATH=/usr/bin:/bin",
                                                           "HOME=/nonexistent",
                                                           "GIT_CONFIG_NOSYSTEM=1",
                                                           "GIT_TERMINAL_PROMPT=0",
                                                           "LC_ALL=C",
                                                           "GIT_COMMITTER_DATE=1700000000 +0000",
                                                           "GIT_CONFIG_COUNT=1",
                                                           "GIT_CONFIG_KEY_0=safe.directory",
                                                           "GIT_CONFIG_VALUE_0=*"};
    options.input = input;
    options.timeout = std::chrono::seconds(60);
    return run_command(options);
  }

  // Standard output without its last line feed. Throws unless git succeeds.
  std::string git(const std::vector<std::string>& arguments, const std::string& input = {}) const {
    CommandResult result = try_git(arguments, input);
    if (!result.status.success()) throw std::runtime_error("git " + arguments.at(0) + ": " + result.err);
    if (result.out.ends_with('\n')) result.out.pop_back();
    return result.out;
  }

  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::ofstream(path() / name) << content;
  }

  // Of everything there is; returns the commit's id.
  std::string commit(const std::string& message) const {
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", message});
    return git({"rev-parse", "HEAD"});
  }

 private:
  TemporaryDirectory directory_;
};

}  // namespace penstock::test
