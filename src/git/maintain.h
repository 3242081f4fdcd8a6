#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <utility>

namespace penstock::git {

// Keeps a repository fast: every push leaves a pack, and git's own collection is off so that it never runs during one.
struct Maintain {
  std::filesystem::path path;
  std::optional<std::pair<uid_t, gid_t>> user;  // who owns the repository; none: as we are
  std::size_t most_packs = 30;

  // Joins packs when there are more than `most_packs`, in sizes that make the work per push small and even. Pushes and
  // fetches may go on meanwhile. True when there was something to do. Throws Error.
  bool run() const;
};

}  // namespace penstock::git
