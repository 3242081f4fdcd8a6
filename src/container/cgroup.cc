#include "container/cgroup.h"

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

namespace fs = std::filesystem;

namespace penstock {
namespace {

constexpr std::uint64_t kCpuPeriodUs = 100'000;
constexpr std::chrono::seconds kKillLimit{10};
const std::vector<std::string> kControllers{"memory", "pids", "cpu"};

void set(const fs::path& file, const std::string& value) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd || ::write(fd.get(), value.data(), value.size()) < 0) throw SystemError("write " + file.string());
}

// For a limit that some kernels are built without.
void set_if_present(const fs::path& file, const std::string& value) {
  if (fs::exists(file)) set(file, value);
}

void make_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) throw SystemError("make the control group " + path.string());
}

// The group above is removed when its last child goes, so it may vanish between the two calls.
void make_below(const fs::path& root, const fs::path& name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (name.has_parent_path()) make_directory(root / name.parent_path());
    if (::mkdir((root / name).c_str(), 0755) == 0 || errno == EEXIST) return;
    if (errno != ENOENT) break;
  }
  throw SystemError("make the control group " + (root / name).string());
}

void limit_unified(const fs::path& group, const Limits& limits) {
  set(group / "memory.max", std::to_string(limits.memory_bytes));
  set_if_present(group / "memory.swap.max", "0");
  set(group / "pids.max", std::to_string(limits.pids));
  set(group / "cpu.max", fmt::format("{} {}", static_cast<std::uint64_t>(limits.cpus * kCpuPeriodUs), kCpuPeriodUs));
}

void limit_controller(const fs::path& group, const std::string& controller, const Limits& limits) {
  if (controller == "memory") {
    set(group / "memory.limit_in_bytes", std::to_string(limits.memory_bytes));
    set_if_present(group / "memory.memsw.limit_in_bytes", std::to_string(limits.memory_bytes));
  } else if (controller == "pids") {
    set(group / "pids.max", std::to_string(limits.pids));
  } else {
    set(group / "cpu.cfs_period_us", std::to_string(kCpuPeriodUs));
    set(group / "cpu.cfs_quota_us", std::to_string(static_cast<std::uint64_t>(limits.cpus * kCpuPeriodUs)));
  }
}

// A version 1 group of this controller takes no process before it has these.
void inherit_cpuset(const fs::path& from, const fs::path& to) {
  for (const char* file : {"cpuset.mems", "cpuset.cpus"}) {
    if (fs::exists(to / file)) set(to / file, read_file(from / file));
  }
}

std::vector<fs::path> inner_groups(const fs::path& group) {
  std::vector<fs::path> found;
  std::error_code gone;
  for (const fs::directory_entry& entry : fs::directory_iterator(group, gone)) {
    if (entry.is_directory()) found.push_back(entry.path());
  }
  return found;
}

void collect_processes(const fs::path& group, std::vector<pid_t>& pids) {
  std::ifstream file(group / "cgroup.procs");
  for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
  for (const fs::path& inner : inner_groups(group)) collect_processes(inner, pids);
}

void kill_and_wait(const std::vector<pid_t>& pids, std::chrono::steady_clock::time_point deadline) {
  std::vector<Fd> open;
  for (const pid_t pid : pids) {
    Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (pidfd && ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) == 0) {
      open.push_back(std::move(pidfd));
    }
  }
  for (const Fd& pidfd : open) {
    pollfd polled{pidfd.get(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    ::poll(&polled, 1, static_cast<int>(std::max<long>(0, left.count())));
  }
}

// A process that has just ended may still be counted for a moment, and nothing tells when it no longer is.
void remove_directory(const fs::path& group) {
  for (const fs::path& inner : inner_groups(group)) remove_directory(inner);
  const auto deadline = std::chrono::steady_clock::now() + kKillLimit;
  while (::rmdir(group.c_str()) != 0 && errno != ENOENT) {
    if (errno != EBUSY || std::chrono::steady_clock::now() > deadline) {
      throw SystemError("remove the control group " + group.string());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

CgroupHierarchy CgroupHierarchy::detect(const fs::path& mounted_at) {
  if (fs::exists(mounted_at / "cgroup.controllers")) return {.unified = true, .roots = {mounted_at}};
  CgroupHierarchy hierarchy;
  for (const std::string& controller : kControllers) {
    if (!fs::exists(mounted_at / controller / "cgroup.procs")) {
      throw Error(fmt::format("cannot limit containers: no {} controller in {}", controller, mounted_at.string()));
    }
    hierarchy.roots.push_back(mounted_at / controller);
  }
  for (const fs::path& root : inner_groups(mounted_at)) {
    const bool sets_limits = std::find(kControllers.begin(), kControllers.end(), root.filename()) != kControllers.end();
    if (!sets_limits) hierarchy.others.push_back(root);
  }
  return hierarchy;
}

Cgroup::Cgroup(CgroupHierarchy hierarchy, fs::path name) : hierarchy_(std::move(hierarchy)), name_(std::move(name)) {}

void Cgroup::create(const Limits& limits) const {
  for (const fs::path& root : hierarchy_.roots) {
    if (hierarchy_.unified) set(root / "cgroup.subtree_control", "+memory +pids +cpu");
    make_below(root, name_);
    if (hierarchy_.unified) {
      set(root / name_.parent_path() / "cgroup.subtree_control", "+memory +pids +cpu");
      limit_unified(root / name_, limits);
    } else {
      limit_controller(root / name_, root.filename(), limits);
    }
  }
}

Cgroup Cgroup::create_child(const std::string& name) const {
  for (const auto* roots : {&hierarchy_.roots, &hierarchy_.others}) {
    for (const fs::path& root : *roots) {
      const fs::path group = root / name_;
      if (!fs::exists(group)) continue;
      make_directory(group / name);
      inherit_cpuset(group, group / name);
    }
  }
  return {hierarchy_, name_ / name};
}

void Cgroup::signal(int number) const {
  std::vector<pid_t> pids;
  collect_processes(directories().front(), pids);
  for (const pid_t pid : pids) {
    const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (pidfd) ::syscall(SYS_pidfd_send_signal, pidfd.get(), number, nullptr, 0);
  }
}

std::vector<std::string> Cgroup::children() const {
  std::vector<std::string> names;
  for (const fs::path& inner : inner_groups(directories().front())) names.push_back(inner.filename());
  return names;
}

void Cgroup::kill() const {
  const fs::path group = directories().front();
  const auto deadline = std::chrono::steady_clock::now() + kKillLimit;
  while (true) {
    std::vector<pid_t> pids;
    collect_processes(group, pids);
    if (pids.empty()) return;
    if (std::chrono::steady_clock::now() > deadline) throw Error("cannot kill the processes of " + group.string());
    kill_and_wait(pids, deadline);
  }
}

void Cgroup::remove() const {
  for (const auto* roots : {&hierarchy_.roots, &hierarchy_.others}) {
    for (const fs::path& root : *roots) {
      remove_directory(root / name_);
      ::rmdir((root / name_).parent_path().c_str());
    }
  }
}

unsigned Cgroup::out_of_memory_kills() const {
  for (const fs::path& directory : directories()) {
    std::ifstream file(directory / (hierarchy_.unified ? "memory.events" : "memory.oom_control"));
    std::string name;
    for (unsigned count = 0; file >> name >> count;) {
      if (name == "oom_kill") return count;
    }
  }
  return 0;
}

std::vector<fs::path> Cgroup::join_files() const {
  std::vector<fs::path> files;
  for (const fs::path& directory : directories()) files.push_back(directory / "cgroup.procs");
  return files;
}

std::vector<fs::path> Cgroup::directories() const {
  std::vector<fs::path> result;
  for (const fs::path& root : hierarchy_.roots) result.push_back(root / name_);
  return result;
}

}  // namespace penstock
