// The frozen applications of this machine: one EROFS image each, named by the SHA-256 of its bytes.
//
//   <directory>/<digest>.erofs      whole and durable: it gets that name last
//   <directory>/.freezing-*         under way, or left by a crash
//   <mounts>/<digest>/              where it is mounted while it is in use
#pragma once

#include "base/clock.h"
#include "pipeline/artifact/image_view.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

struct FrozenArtifact {
  std::string digest;  // 64 hexadecimal digits
  std::uint64_t size = 0;
};

// Thread safe. Needs root to mount.
class ArtifactStore {
 public:
  // Both are created when needed.
  ArtifactStore(std::filesystem::path directory, std::filesystem::path mounts);

  // Times later than `clamp` (seconds) become `clamp`; see erofs::Writer for what else is made equal. The artifact is
  // durable when this returns. The same content again is the same artifact. Throws UserError for what cannot be frozen.
  FrozenArtifact freeze(const std::filesystem::path& tree, std::int64_t clamp, std::stop_token stop = {});

  // Mounts it unless it is; returns where. Throws NotFound.
  std::filesystem::path mount(const std::string& digest);
  // Not mounted is fine. Throws Conflict while files of it are open or other mounts have it below them.
  void unmount(const std::string& digest);
  bool is_mounted(const std::string& digest) const;
  // The digests of those mounted.
  std::vector<std::string> mounted() const;

  // Throws Error when the content is not what the digest says, NotFound.
  void verify(const std::string& digest) const;
  // Its files, for one reader. Throws NotFound.
  ImageView view(const std::string& digest) const;
  // Throws Conflict while it is mounted; an unknown digest is fine.
  void remove(const std::string& digest);
  // Notes that it is about to be used; false when there is none.
  bool touch(const std::string& digest);
  // When it was frozen or last touched; the epoch when there is none.
  WallTime last_used(const std::string& digest) const;
  // By digest.
  std::vector<FrozenArtifact> list() const;
  // Throws NotFound.
  std::filesystem::path path_of(const std::string& digest) const;

  // Removes what a crash left, and artifacts that `is_known` denies. At start-up, before anything else.
  void sweep(const std::function<bool(const std::string& digest)>& is_known);

 private:
  std::filesystem::path image_path(const std::string& digest) const;
  std::filesystem::path mount_point(const std::string& digest) const { return mounts_ / digest; }

  const std::filesystem::path directory_;
  const std::filesystem::path mounts_;
  mutable std::mutex mounting_;  // held while the tree of mounts changes
};

}  // namespace penstock
