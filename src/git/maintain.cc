#include "git/maintain.h"

#include "base/error.h"
#include "base/process.h"

#include <algorithm>

namespace penstock::git {
namespace {

namespace fs = std::filesystem;

std::size_t packs_in(const fs::path& repository) {
  const fs::directory_iterator entries(repository / "objects/pack");
  return static_cast<std::size_t>(std::count_if(begin(entries), end(entries), [](const fs::directory_entry& entry) {
    return entry.path().extension() == ".pack";
  }));
}

}  // namespace

bool Maintain::run() const {
  if (packs_in(path) <= most_packs) return false;
  CommandOptions command;
  command.process.argv = {"git", "repack", "-d", "-q", "--geometric=2"};
  command.process.environment = {{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent",
                                  "GIT_DIR=" + path.string(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=1",
                                  "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"}};
  command.process.directory = path;
  command.process.user = user;
  const CommandResult result = run_command(command);
  if (!result.status.success()) throw Error("cannot join the packs of " + path.string() + ": " + result.err);
  return true;
}

}  // namespace penstock::git
