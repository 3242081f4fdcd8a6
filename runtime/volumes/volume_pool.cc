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
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace penstock {
namespace {

namespace fs = std::filesystem;
using Kind = VolumePoolSettings::Kind;

constexpr std::uint64_t kNearlyFull = 5;  // less than a fifth is free
constexpr std::uint64_t kGrowth = 2;      // by half of what it is
constexpr std::uint64_t kLeastGrowth = std::uint64_t{64} << 20;
constexpr off_t kBlock = 512;  // of stat()

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

// What the file may grow by: what the disk has left once the file is filled as it is, but for a tenth.
std::uint64_t room_for_growth(const fs::path& loop_file) {
  const fs::space_info disk = fs::space(loop_file.parent_path());
  struct stat file {};
  if (::stat(loop_file.c_str(), &file) != 0) throw SystemError("look up " + loop_file.string());
  const auto promised = static_cast<std::uint64_t>(std::max<off_t>(0, file.st_size - file.st_blocks * kBlock));
  const std::uint64_t spoken_for = promised + disk.capacity / 10;
  return disk.available > spoken_for ? disk.available - spoken_for : 0;
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
  make_live(environment, kept_tree(origin.environment, origin.name));
}

fs::path VolumePool::create_kept(const std::string& environment, const std::string& name) {
  fs::path kept = home(environment) / "kept" / name;
  fs::create_directories(kept.parent_path());
  backend_->remove(kept);
  backend_->create(kept);
  return kept;
}

fs::path VolumePool::kept_tree(const std::string& environment, const std::string& name) const {
  fs::path kept = home(environment) / "kept" / name;
  if (!fs::exists(kept)) kept = home(environment) / "snapshots" / name;
  if (!fs::exists(kept)) throw NotFound("cannot use the data kept as " + name + ": it is not there any more");
  return kept;
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

std::uint64_t VolumePool::available() const {
  return fs::space(settings_.directory).available;
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

void VolumePool::grow_when_needed() {
  if (!fs::exists(settings_.loop_file)) return;
  const fs::space_info pool = fs::space(settings_.directory);
  if (pool.available > pool.capacity / kNearlyFull) return;
  const std::uint64_t room = room_for_growth(settings_.loop_file);
  if (room < kLeastGrowth) {
    if (!warned_)
      log_of("runtime")->warn("the volumes are nearly full, and so is the disk: {} MiB left", pool.available >> 20);
    warned_ = true;
    return;
  }
  const std::uint64_t size = fs::file_size(settings_.loop_file);
  const std::uint64_t more = std::min(room, std::max(size / kGrowth, kLeastGrowth));
  loop_of(settings_).grow(size + more);
  log_of("runtime")->info("the volumes were nearly full: enlarged from {} MiB to {} MiB", size >> 20,
                          (size + more) >> 20);
  warned_ = false;
}

void VolumePool::close() {
  if (fs::exists(settings_.loop_file)) loop_of(settings_).close();
}

}  // namespace penstock
