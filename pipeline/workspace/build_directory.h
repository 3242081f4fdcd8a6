#pragma once

#include "base/file.h"

namespace penstock {

// Where one application is built: its files, and a /tmp of its own. The destructor removes both.
class BuildDirectory {
 public:
  // Made in `parent`, for the user of containers.
  explicit BuildDirectory(const std::filesystem::path& parent);

  std::filesystem::path application() const { return directory_.path() / "app"; }
  std::filesystem::path temporary() const { return directory_.path() / "tmp"; }

 private:
  TemporaryDirectory directory_;
};

// The folder that builds of a project share, made when there is none.
std::filesystem::path make_cache_directory(const std::filesystem::path& path);

}  // namespace penstock
