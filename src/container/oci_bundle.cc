#include "container/oci_bundle.h"

#include "base/error.h"
#include "container/seccomp_profile.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <algorithm>

namespace fs = std::filesystem;

namespace penstock {
namespace {

constexpr std::uint64_t kOpenFiles = 65536;

Json strings(std::initializer_list<const char*> items) {
  return Json(std::vector<std::string>(items.begin(), items.end()));
}

Json mount_entry(const char* type, const fs::path& source, const fs::path& target, const Json& options) {
  return {{"destination", target.string()}, {"type", type}, {"source", source.string()}, {"options", options}};
}

Json kernel_mounts() {
  Json mounts = Json::array();
  mounts.push_back(mount_entry("proc", "proc", "/proc", strings({"nosuid", "noexec", "nodev"})));
  mounts.push_back(
      mount_entry("tmpfs", "tmpfs", "/dev", strings({"nosuid", "strictatime", "mode=755", "size=65536k"})));
  mounts.push_back(mount_entry("devpts", "devpts", "/dev/pts",
                               strings({"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"})));
  mounts.push_back(
      mount_entry("tmpfs", "shm", "/dev/shm", strings({"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"})));
  mounts.push_back(mount_entry("mqueue", "mqueue", "/dev/mqueue", strings({"nosuid", "noexec", "nodev"})));
  mounts.push_back(mount_entry("sysfs", "sysfs", "/sys", strings({"nosuid", "noexec", "nodev", "ro"})));
  return mounts;
}

Json mount_of(const Mount& mount, const ContainerSpec& spec) {
  if (mount.kind == Mount::Kind::Tmpfs) {
    Json options = strings({"nosuid", "nodev"});
    options.push_back(fmt::format("size={}", mount.size));
    // /tmp is everybody's, any other is the application's own.
    options.push_back(mount.target == "/tmp" ? "mode=1777" : "mode=755");
    options.push_back(fmt::format("uid={}", spec.uid));
    options.push_back(fmt::format("gid={}", spec.gid));
    return mount_entry("tmpfs", "tmpfs", mount.target, options);
  }
  const Json options = strings({"bind", "nosuid", "nodev", "private", mount.read_only ? "ro" : "rw"});
  return mount_entry("bind", mount.source, mount.target, options);
}

bool is_below(const fs::path& path, const fs::path& parent) {
  const auto [end, ignored] = std::mismatch(parent.begin(), parent.end(), path.begin(), path.end());
  return end == parent.end();
}

// Runtimes make a missing mount point, in whatever is mounted there already: in the image, if nothing is.
void require_mount_point(const ContainerSpec& spec, const std::vector<Mount>& mounts, std::size_t index) {
  const fs::path& target = mounts[index].target;
  const auto covers = [&](const Mount& earlier) { return is_below(target, earlier.target); };
  if (std::any_of(mounts.begin(), mounts.begin() + static_cast<std::ptrdiff_t>(index), covers)) return;
  if (fs::exists(spec.rootfs / target.relative_path())) return;
  throw UserError(fmt::format("cannot mount {}: the image has no such directory", target.string()));
}

Json all_mounts(const BundleInputs& inputs) {
  std::vector<Mount> mounts = inputs.mounts;
  mounts.insert(mounts.end(), inputs.spec.mounts.begin(), inputs.spec.mounts.end());
  Json entries = kernel_mounts();
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    require_mount_point(inputs.spec, mounts, i);
    entries.push_back(mount_of(mounts[i], inputs.spec));
  }
  return entries;
}

Json no_capabilities() {
  Json sets = Json::object();
  for (const char* set : {"bounding", "effective", "inheritable", "permitted", "ambient"}) sets[set] = Json::array();
  return sets;
}

Json limit(const char* type, std::uint64_t value) {
  return {{"type", type}, {"soft", value}, {"hard", value}};
}

// Some hosts allow fewer, and no one may raise that.
std::uint64_t open_files() {
  rlimit own{};
  ::getrlimit(RLIMIT_NOFILE, &own);
  return std::min<std::uint64_t>(kOpenFiles, own.rlim_max);
}

Json namespaces(const fs::path& network) {
  Json list = Json::array();
  for (const char* type : {"pid", "ipc", "uts", "mount"}) list.push_back({{"type", type}});
  list.push_back({{"type", "network"}, {"path", network.string()}});
  return list;
}

Json linux_part(const BundleInputs& inputs) {
  Json part = {{"namespaces", namespaces(inputs.network_namespace)}, {"seccomp", seccomp_profile()}};
  part["maskedPaths"] = strings({"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                                 "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
                                 "/sys/firmware", "/sys/devices/virtual/powercap"});
  part["readonlyPaths"] =
      strings({"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", "/proc/cmdline"});
  part["rootfsPropagation"] = "private";
  if (!inputs.cgroup.empty()) part["cgroupsPath"] = inputs.cgroup.string();
  return part;
}

ExecSpec first_process(const ContainerSpec& spec) {
  return {.argv = spec.argv,
          .environment = spec.environment,
          .directory = spec.directory,
          .uid = spec.uid,
          .gid = spec.gid};
}

}  // namespace

Json oci_configuration(const BundleInputs& inputs) {
  const ContainerSpec& spec = inputs.spec;
  return {{"ociVersion", "1.0.0"},
          {"process", oci_process(first_process(spec))},
          {"root", {{"path", spec.rootfs.string()}, {"readonly", true}}},
          {"hostname", spec.hostname},
          {"mounts", all_mounts(inputs)},
          {"linux", linux_part(inputs)}};
}

Json oci_process(const ExecSpec& spec) {
  return {{"terminal", false},
          {"user", {{"uid", spec.uid}, {"gid", spec.gid}, {"umask", 022}}},
          {"args", spec.argv},
          {"env", spec.environment},
          {"cwd", spec.directory.string()},
          {"capabilities", no_capabilities()},
          {"rlimits", Json::array({limit("RLIMIT_NOFILE", open_files()), limit("RLIMIT_CORE", 0)})},
          {"noNewPrivileges", true}};
}

}  // namespace penstock
