// The data of all environments. An environment's data is one tree, so that all of its volumes are snapshotted at one
// instant: a btrfs subvolume, or a directory where there is no btrfs.
//
//   <pool>/<environment>/live               what applications write to
//   <pool>/<environment>/snapshots/<name>   what it was
//   <pool>/<environment>/kept/<name>        what it was, for as long as somebody wants it
//   <pool>/<environment>/scratch/<name>     what nobody will miss
#pragma once

#include "runtime/volumes/data_origin.h"
#include "runtime/volumes/volume_backend.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace penstock {

struct VolumePoolSettings {
  // Best: the pool's own file system if it is btrfs or shares blocks, else a loop file, else copies with a warning.
  enum class Kind { Best, LoopFile, Copies };

  std::filesystem::path directory;  // the pool; also where the loop file is mounted
  std::filesystem::path loop_file;
  std::uint64_t loop_size = 0;  // 0: most of what is free when it is made
  Kind kind = Kind::Best;
};

// Thread safe, but for restore(), replace() and remove(): nobody else may use that environment meanwhile. Names are of
// [a-z0-9-].
class VolumePool {
 public:
  // Makes the pool, or takes it up as it was left. It stays mounted when the object is gone: applications use it.
  explicit VolumePool(VolumePoolSettings settings);

  // Whether the environment has a live tree.
  bool holds(const std::string& environment) const;
  // The environment's live tree, made empty when there is none.
  std::filesystem::path open(const std::string& environment);
  // A directory of that name that snapshots leave out.
  std::filesystem::path open_scratch(const std::string& environment, const std::string& name);

  // Whether a snapshot is of one instant, even while somebody writes.
  bool is_instant() const;
  // Keeps the live tree as it is now. Unless it is_instant(), nobody may write meanwhile. Replaces a snapshot of that
  // name.
  void snapshot(const std::string& environment, const std::string& name);
  // Makes the snapshot the live tree and ends it. False when there is none: restored before. Safe to repeat after a
  // crash at any moment, and durable when it returns. Whoever has the old tree open keeps it.
  bool restore(const std::string& environment, const std::string& name);
  void discard(const std::string& environment, const std::string& name);
  void discard_scratch(const std::string& environment, const std::string& name);

  // Keeps a copy of the live tree until forget(). Whoever writes meanwhile goes on; where trees are subvolumes the copy
  // is of one instant. Replaces what was kept under that name; durable when it returns.
  void keep(const std::string& environment, const std::string& name);
  void forget(const std::string& environment, const std::string& name);
  // For data from elsewhere: an empty tree to be filled. Replaces what was kept under that name.
  std::filesystem::path create_kept(const std::string& environment, const std::string& name);
  // What was kept, or a snapshot. Throws NotFound.
  std::filesystem::path kept_tree(const std::string& environment, const std::string& name) const;
  // Makes a copy of what was kept, or of a snapshot, the live tree. Safe to repeat after a crash at any moment, and
  // durable when it returns. Whoever has the old tree open keeps it. Throws NotFound.
  void replace(const std::string& environment, const DataOrigin& origin);

  std::vector<std::string> environments() const;
  std::vector<std::string> snapshots(const std::string& environment) const;
  std::vector<std::string> scratches(const std::string& environment) const;
  std::vector<std::string> kept(const std::string& environment) const;

  // Bytes that can still be written.
  std::uint64_t available() const;

  // All of an environment's data but what is kept. One that has none is fine.
  void remove(const std::string& environment);
  // Hands what was written to the disk, so that the next snapshot has little to wait for.
  void flush() const;
  // Where the pool is a loop file: enlarges it while it is nearly full and the disk has room, and says so in the log.
  void grow_when_needed();
  // For uninstalling: unmounts and detaches. Only destruction may follow.
  void close();

 private:
  void make_live(const std::string& environment, const std::filesystem::path& source);
  std::filesystem::path home(const std::string& environment) const { return settings_.directory / environment; }

  const VolumePoolSettings settings_;
  std::unique_ptr<VolumeBackend> backend_;
  std::mutex making_;    // of a live tree
  bool warned_ = false;  // that it cannot grow
};

}  // namespace penstock
