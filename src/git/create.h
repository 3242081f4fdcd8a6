#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace penstock::git {

// Makes the bare repository of a project: one that has fsynced objects and ref when it acknowledges a push, refuses
// broken or too large packs, runs our hooks and never collects garbage on its own.
struct CreateRepository {
  std::filesystem::path path;
  std::filesystem::path hooks;  // directory of pre-receive and post-receive
  std::string default_branch = "main";
  std::uint64_t max_input_bytes = std::uint64_t{2} << 30;  // of one push
  std::optional<std::pair<uid_t, gid_t>> owner;            // none: stays ours

  // Leaves either the whole repository or nothing. Throws Conflict when `path` exists.
  void run() const;
};

}  // namespace penstock::git
