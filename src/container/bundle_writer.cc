#include "container/bundle_writer.h"

#include "base/error.h"
#include "base/file.h"
#include "container/host_network.h"
#include "container/oci_bundle.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>

namespace fs = std::filesystem;

namespace penstock {
namespace {

constexpr const char* kDefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* kCertificates = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::uint64_t kRunSize = std::uint64_t{64} << 20;
constexpr std::uint64_t kMountPointsSize = std::uint64_t{64} << 10;
constexpr std::uint64_t kTmpSize = std::uint64_t{512} << 20;

bool mounts_at(const ContainerSpec& spec, const fs::path& target) {
  return std::any_of(spec.mounts.begin(), spec.mounts.end(), [&](const Mount& m) { return m.target == target; });
}

std::string hosts_file(const BundleOptions& options) {
  std::string text = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";
  if (!options.address.empty()) text += fmt::format("{} {}\n", options.address, options.spec.hostname);
  for (const auto& [name, address] : options.spec.hosts) text += fmt::format("{} {}\n", address, name);
  return text;
}

void add_file(std::vector<Mount>& mounts, const fs::path& file, const fs::path& target, const std::string& content) {
  replace_file(file, content);
  mounts.push_back(Mount::read_only_bind(file, target));
}

// The directory is the application's: process 1 runs as its user.
void add_supervisor(std::vector<Mount>& mounts, const BundleOptions& options) {
  const fs::path directory = options.files.supervisor_directory();
  fs::create_directory(directory);
  if (::chown(directory.c_str(), options.spec.uid, options.spec.gid) != 0)
    throw SystemError("own " + directory.string());
  mounts.push_back(Mount::read_only_bind(options.init_program, kInitInside));
  mounts.push_back(Mount::bind(directory, kSupervisorInside));
}

std::vector<Mount> own_mounts(const BundleOptions& options) {
  const ContainerFiles& files = options.files;
  std::vector<Mount> mounts{Mount::tmpfs("/run", kRunSize), Mount::tmpfs("/mnt", kMountPointsSize)};
  if (!mounts_at(options.spec, "/tmp")) mounts.push_back(Mount::tmpfs("/tmp", kTmpSize));
  add_file(mounts, files.root / "hosts", "/etc/hosts", hosts_file(options));
  add_file(mounts, files.root / "hostname", "/etc/hostname", options.spec.hostname + "\n");
  add_file(mounts, files.root / "resolv.conf", "/etc/resolv.conf", container_resolv_conf());
  if (fs::exists(kCertificates)) mounts.push_back(Mount::read_only_bind(kCertificates, kCertificates));
  if (options.spec.supervised) add_supervisor(mounts, options);
  if (options.spec.has_socket) {
    mounts.push_back(Mount::bind(options.socket_directory, fs::path(kSocketInside).parent_path()));
  }
  return mounts;
}

ContainerSpec complete(const BundleOptions& options) {
  ContainerSpec spec = options.spec;
  if (spec.supervised) {
    spec.argv = {kInitInside, (fs::path(kSupervisorInside) / options.files.supervisor_state().filename()).string()};
  }
  const bool has_path = std::any_of(spec.environment.begin(), spec.environment.end(),
                                    [](const std::string& variable) { return variable.starts_with("PATH="); });
  if (!has_path) spec.environment.emplace_back(kDefaultPath);
  return spec;
}

}  // namespace

void write_bundle(const BundleOptions& options) {
  const ContainerSpec spec = complete(options);
  const BundleInputs inputs{.spec = spec,
                            .network_namespace = options.network_namespace,
                            .cgroup = options.cgroup,
                            .mounts = own_mounts(options)};
  // Secrets may be in the environment.
  replace_file(options.files.configuration(), oci_configuration(inputs).dump(), 0600);
}

}  // namespace penstock
