// Which mounts a command is about.
#pragma once

#include "cli/command.h"

#include <cstdint>
#include <string>
#include <vector>

namespace penstock::cli {

struct Mount {
  std::string application;
  std::string path;
  std::string definition;
  std::uint64_t size = 0;  // bytes on the disk, when asked for
};

// Those of an environment, and --app.
std::vector<Option> mount_options();
std::vector<Mount> mounts_of(Session& session, bool with_sizes);
// From --mount, else the only one there is. Throws UserError when that leaves a choice, NotFound.
Mount chosen_mount(Session& session);
// Where the API gives and takes its content.
std::string archive_path(Session& session, const Mount& mount);

}  // namespace penstock::cli
