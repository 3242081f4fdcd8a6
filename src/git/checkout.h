#pragma once

#include "git/repository.h"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace penstock::git {

// Writes a directory of a commit as files: modes, symbolic links, one modification time for all.
struct Checkout {
  const Repository& repository;
  ObjectId tree;                      // or a commit
  std::string path;                   // the directory in it; "": all
  std::filesystem::path destination;  // an existing, empty directory
  std::set<std::string> omit = {};    // names left out at its top, such as ".upsun"
  std::chrono::system_clock::time_point time{};
  std::optional<std::pair<uid_t, gid_t>> owner = std::nullopt;

  // Throws UserError for what must not be written: submodules, names like ".git" or "..", and names that a case-folding
  // file system would take for them.
  void run() const;
};

}  // namespace penstock::git
