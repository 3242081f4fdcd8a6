#pragma once

#include <cstddef>
#include <string>

namespace penstock::cli {

class Session;

// Of the backup that the command line names at that place, else of the environment's newest. Throws NotFound without
// any.
std::string backup_path(Session& session, std::size_t argument = 0);

}  // namespace penstock::cli
