#include "runtime/volumes/volume_pool.h"

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "base/log.h"
#include "runtime/volumes/btrfs_volumes.h"
#include "runtime/volumes/copied_volumes.h"
#include "runtime/volumes/loop_file_system.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>

namespace penstock {
namespace {

namespace fs = std::filesystem;
using Kind = VolumePoolSettings::Kind;

LoopFileSystem loop_of(const VolumePoolSettings& settings) {
  const std::uint64_t most = fs::space(settings.directory).available / 10 * 8;
  return {.file = settings.loop_file,
          .directory = settings.directory,
          .size = settings.loop_size != 0 ? settings.loop_size : most};
}

// A pool stays what it was first made as: mounting over its data would hide it.
bool wants_loop_file(const VolumePoolSettings& settings) {
  if (settings.kind == Kind::Copies) return false;
  if (settings.kind == Kind::LoopFile || fs::exists(settings.loop_file)) return true;
  return !is_btrfs(settings.directory) && !can_reflink(settings.directory) && fs::is_empty(settings.directory);
}

void open_loop_file(const VolumePoolSettings& settings) {
  try {
    loop_of(settings).open();
  } catch (const Error& error) {
    if (settings.kind != Kind::Best || fs::exists(settings.loop_file)) throw;
    log_of("runtime")->warn("data is copied whole at each deployment: no snapshots here: {}", error.what());
  }
}

std::vector<std::string> children(const fs::path& directory) {
  std::vector<std::string> names;
  if (!fs::exists(directory)) return names;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename().string().front() != '.') names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void exchange(const fs::path& a, const fs::path& b) {
  if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) != 0) {
    throw SystemError("exchange " + a.string() + " and " + b.string());
  }
}

void sync_file_system(const fs::path& path) {
  const Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::syncfs(directory.get()) != 0) throw SystemError("sync " + path.string());
}

}  // namespace

VolumePool::VolumePool(VolumePoolSettings settings) : settings_(std::move(settings)) {
  fs::create_directories(settings_.directory);
  if (wants_loop_file(settings_)) open_loop_file(settings_);
  if (is_btrfs(settings_.directory)) {
    backend_ = std::make_unique<BtrfsVolumes>();
  } else {
    backend_ = std::make_unique<CopiedVolumes>();
  }
}

bool VolumePool::holds(const std::string& environment) const {
  return fs::exists(home(environment) / "live");
}

fs::path VolumePool::open(const std::string& environment) {
  const std::lock_guard turn(making_);
  fs::path live = home(environment) / "live";
  if (fs::exists(live)) return live;
  fs::create_directories(home(environment) / "snapshots");
  backend_->create(live);
  return live;
}

fs::path VolumePool::open_scratch(const std::string& environment, const std::string& name) {
  fs::path scratch = home(environment) / "scratch" / name;
  fs::create_directories(scratch);
  return scratch;
}

bool VolumePool::is_instant() const {
  return is_btrfs(settings_.directory);
}

void VolumePool::snapshot(const std::string& environment, const std::string& name) {
  backend_->copy(home(environment) / "live", home(environment) / "snapshots" / name);
}

bool VolumePool::restore(const std::string& environment, const std::string& name) {
  const fs::path snapshot = home(environment) / "snapshots" / name;
  if (!fs::exists(snapshot)) return false;
  make_live(environment, snapshot);
  backend_->remove(snapshot);
  sync_file_system(settings_.directory);
  return true;
}

void VolumePool::make_live(const std::string& environment, const fs::path& source) {
  const fs::path live = open(environment);
  const fs::path restored = home(environment) / "restored";
  backend_->remove(restored);
  backend_->copy(source, restored);
  exchange(restored, live);
  backend_->remove(restored);
  sync_file_system(settings_.directory);
}

void VolumePool::discard(const std::string& environment, const std::string& name) {
  const fs::path snapshots = home(environment) / "snapshots";
  if (fs::exists(snapshots / name)) backend_->remove(snapshots / name);
}

void VolumePool::discard_scratch(const std::string& environment, const std::string& name) {
  remove_tree(home(environment) / "scratch" / name);
}

void VolumePool::keep(const std::string& environment, const std::string& name) {
  const fs::path live = open(environment);
  const fs::path kept = home(environment) / "kept";
  fs::create_directories(kept);
  sync_file_system(live);
  backend_->copy(live, kept / name);
}

void VolumePool::forget(const std::string& environment, const std::string& name) {
  const fs::path kept = home(environment) / "kept" / name;
  if (fs::exists(kept)) backend_->remove(kept);
}

void VolumePool::replace(const std::string& environment, const DataOrigin& origin) {
  fs::path kept = home(origin.environment) / "kept" / origin.name;
  if (!fs::exists(kept)) kept = home(origin.environment) / "snapshots" / origin.name;
  if (!fs::exists(kept)) throw NotFound("cannot use the data of " + origin.shown + ": it is not there any more");
  make_live(environment, kept);
}

std::vector<std::string> VolumePool::environments() const {
  return children(settings_.directory);
}

std::vector<std::string> VolumePool::snapshots(const std::string& environment) const {
  return children(home(environment) / "snapshots");
}

std::vector<std::string> VolumePool::scratches(const std::string& environment) const {
  return children(home(environment) / "scratch");
}

std::vector<std::string> VolumePool::kept(const std::string& environment) const {
  return children(home(environment) / "kept");
}

void VolumePool::remove(const std::string& environment) {
  if (!fs::exists(home(environment))) return;
  for (const std::string& name : snapshots(environment)) discard(environment, name);
  backend_->remove(home(environment) / "restored");
  backend_->remove(home(environment) / "live");
  remove_tree(home(environment) / "snapshots");
  remove_tree(home(environment) / "scratch");
  if (kept(environment).empty()) remove_tree(home(environment));
}

void VolumePool::flush() const {
  sync_file_system(settings_.directory);
}

void VolumePool::close() {
  if (fs::exists(settings_.loop_file)) loop_of(settings_).close();
}

}  // namespace penstock
