#include "container/local_engine_parts.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "container/bundle_writer.h"
#include "container/socket_directory.h"
#include "container/staged_mounts.h"

#include <fmt/core.h>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace fs = std::filesystem;

namespace penstock {
namespace {

constexpr std::size_t kIdLimit = 80;

LocalEngineSettings checked(LocalEngineSettings settings) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const std::string& prefix = settings.prefix;
  if (prefix.empty() || prefix.size() > 6 || !std::all_of(prefix.begin(), prefix.end(), fits)) {
    throw UserError("cannot use \"" + prefix + "\" as prefix: expected 1 to 6 of [a-z0-9]");
  }
  fs::create_directories(settings.directory);
  fs::create_directories(settings.run_directory);
  // Configurations hold secrets.
  fs::permissions(settings.directory, fs::perms::owner_all);
  return settings;
}

}  // namespace

LocalEngine::Parts::Parts(LocalEngineSettings from)
    : settings(checked(std::move(from))),
      runtime(OciRuntime::detect({.program = settings.runtime,
                                  .enter = settings.programs / "penstock-enter",
                                  .root = settings.run_directory / "runtime"})),
      hierarchy(CgroupHierarchy::detect()),
      network(settings.prefix),
      firewall({.prefix = settings.prefix,
                .address_pool = settings.address_pool,
                .directory = settings.directory / ".allowed"}),
      addresses(settings.directory / ".addresses", settings.address_pool) {
  fs::create_directories(attach_sockets());
  // Of an engine that died while it removed a container.
  for (const auto& [address, owner] : addresses.claims()) {
    if (!fs::exists(files(owner).root)) release_address(address, owner);
  }
}

void LocalEngine::Parts::release_address(const std::string& address, const std::string& owner) {
  later.add([this, address, owner] {
    network.disconnect(address);
    firewall.forget(address);
    addresses.release(address, owner);
  });
}

ContainerRecord LocalEngine::Parts::record(const std::string& id) const {
  std::optional<ContainerRecord> record = ContainerRecord::read(files(id));
  if (!record) throw NotFound("there is no container " + id);
  return std::move(*record);
}

void LocalEngine::Parts::reserve(const std::string& id) const {
  check_id(id);
  const fs::path root = files(id).root;
  if (::mkdir(root.c_str(), 0700) == 0) return;
  if (errno == EEXIST) throw Conflict("cannot create container " + id + ": it exists");
  throw SystemError("create " + root.string());
}

void LocalEngine::Parts::watch_end(const std::string& id, const ContainerRecord& record) {
  exits.add(id, open_process(record.process), open_process(record.monitor));
}

void LocalEngine::Parts::take_down(const std::string& id, const ContainerRecord& record) const {
  cgroup(id).kill();
  if (record.monitor) wait_readable(open_process(record.monitor), SteadyClock::now() + kKillLimit);
  cgroup(id).remove();
  runtime.forget(id);
  remove_tree(attach_sockets() / id);
  remove_socket_directory(socket_directory(id));
}

Prepared LocalEngine::Parts::prepare(const ContainerSpec& spec, bool foreground,
                                     const std::string& kept_address) const {
  const ContainerFiles paths = files(spec.id);
  Prepared made{.record = {.address = kept_address, .labels = spec.labels, .foreground = foreground}};
  std::string& address = made.record.address;
  if (spec.network == Network::Outbound && address.empty()) address = addresses.claim(spec.id);
  made.record.write(paths);
  made.connection = address.empty() ? network.isolate() : network.connect(address);
  const Cgroup group = cgroup(spec.id);
  group.create(spec.limits);
  if (spec.has_socket) make_socket_directory(socket_directory(spec.id), spec.uid);
  StagedMounts staged = stage_mounts(spec.mounts, paths.staged_mounts());
  ContainerSpec inner = spec;
  inner.mounts = std::move(staged.mounts);
  write_bundle({.spec = inner,
                .files = paths,
                .address = address,
                .network_namespace = fmt::format("/proc/{}/fd/{}", ::getpid(), made.connection.get()),
                .cgroup = runtime.places_processes() ? "/" / group.name() : fs::path(),
                .init_program = settings.programs / "penstock-init",
                .socket_directory = socket_directory(spec.id)});
  made.entrance = {.join = group.join_files(), .binds = std::move(staged.binds)};
  return made;
}

void check_id(const std::string& id) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (id.empty() || id.size() > kIdLimit || id.front() == '-' || !std::all_of(id.begin(), id.end(), fits)) {
    throw UserError("cannot use \"" + id + "\" as id of a container");
  }
}

bool wait_readable(const Fd& pidfd, std::chrono::steady_clock::time_point deadline) {
  if (!pidfd) return true;
  pollfd polled{pidfd.get(), POLLIN, 0};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return ::poll(&polled, 1, static_cast<int>(std::max<long>(0, left.count()))) > 0;
}

Fd open_process(const std::optional<ProcessIdentity>& identity) {
  return identity ? identity->open() : Fd();
}

}  // namespace penstock
