#pragma once

#include <filesystem>

namespace penstock {

// Shows an open directory at a path that only root can change, for runtimes that take a path: a link that a running
// application puts in its own volume cannot redirect it. The destructor takes the path away; what was mounted from it
// meanwhile stays.
class StagedMount {
 public:
  // `path` is created.
  StagedMount(int directory, std::filesystem::path path);
  StagedMount(StagedMount&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  StagedMount& operator=(StagedMount&&) = delete;
  ~StagedMount();

  const std::filesystem::path& path() const { return path_; }

  // Takes away what a process that died left below `directory`.
  static void clear(const std::filesystem::path& directory);

 private:
  std::filesystem::path path_;
};

}  // namespace penstock
