#include "container/local_engine.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "container/address_pool.h"
#include "container/background_work.h"
#include "container/bundle_writer.h"
#include "container/cgroup.h"
#include "container/container_files.h"
#include "container/container_log.h"
#include "container/firewall.h"
#include "container/host_network.h"
#include "container/monitor.h"
#include "container/oci_bundle.h"
#include "container/oci_runtime.h"
#include "container/staged_mounts.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <csignal>
#include <functional>

namespace fs = std::filesystem;

namespace penstock {
namespace {

constexpr std::chrono::seconds kKillLimit{10};
constexpr std::size_t kIdLimit = 80;
// Of a container whose monitor was killed, or that a reboot took.
constexpr ExitStatus kUnknownEnd{.code = 0, .signal = SIGKILL};

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

// What the runtime itself has to say is in `log`, apart from what the container says.
ExitStatus run_runtime(const CommandOptions& options, const fs::path& log, const std::string& action) {
  const ExitStatus status = run_command(options).status;
  const std::string words = status.success() ? "" : last_words(log);
  if (!words.empty()) throw Error(fmt::format("cannot {}: {}", action, words));
  return status;
}

CommandOptions command_options(std::vector<std::string> argv, const RunOptions& options) {
  CommandOptions command;
  command.process.argv = std::move(argv);
  command.out = &options.out;
  command.err = &options.err;
  command.timeout = options.timeout;
  command.stop = options.stop;
  return command;
}

// Undoes on the way out; by then there may be nobody to tell of a failure.
class OnExit {
 public:
  explicit OnExit(std::function<void()> undo) : undo_(std::move(undo)) {}
  OnExit(const OnExit&) = delete;
  ~OnExit() {
    if (!undo_) return;
    try {
      undo_();
    } catch (const std::exception& error) {
      log_of("container")->error("undo failed: {}", error.what());
    }
  }
  void dismiss() { undo_ = nullptr; }

 private:
  std::function<void()> undo_;
};

// Everything a runtime needs to run a container.
struct Prepared {
  ContainerRecord record;
  Fd connection;  // keeps its network alive until there is a process in it
  Entrance entrance;
};

}  // namespace

struct LocalEngine::Parts {
  explicit Parts(LocalEngineSettings from);

  ContainerFiles files(const std::string& id) const { return {.root = settings.directory / id}; }
  Cgroup cgroup(const std::string& id) const { return {hierarchy, fs::path("penstock-" + settings.prefix) / id}; }
  fs::path sockets() const { return settings.run_directory / "attach"; }

  ContainerRecord record(const std::string& id) const;
  // Makes the container's directory, which is what makes its id taken.
  void reserve(const std::string& id) const;
  Prepared prepare(const ContainerSpec& spec, bool foreground) const;
  // Takes the kernel some 20 ms, which is why nobody waits for it. The address stays taken until then.
  void release_address(const std::string& address, const std::string& owner);

  const LocalEngineSettings settings;
  const OciRuntime runtime;
  const CgroupHierarchy hierarchy;
  const HostNetwork network;
  const Firewall firewall;
  const AddressPool addresses;
  // Last: its tasks use the others.
  BackgroundWork later;
};

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
  fs::create_directories(sockets());
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

Prepared LocalEngine::Parts::prepare(const ContainerSpec& spec, bool foreground) const {
  const ContainerFiles paths = files(spec.id);
  Prepared made{.record = {.labels = spec.labels, .foreground = foreground}};
  std::string& address = made.record.address;
  if (spec.network == Network::Outbound) address = addresses.claim(spec.id);
  made.record.write(paths);
  made.connection = address.empty() ? network.isolate() : network.connect(address);
  const Cgroup group = cgroup(spec.id);
  group.create(spec.limits);
  StagedMounts staged = stage_mounts(spec.mounts, paths.staged_mounts());
  ContainerSpec inner = spec;
  inner.mounts = std::move(staged.mounts);
  write_bundle({.spec = inner,
                .files = paths,
                .address = address,
                .network_namespace = fmt::format("/proc/{}/fd/{}", ::getpid(), made.connection.get()),
                .cgroup = runtime.places_processes() ? "/" / group.name() : fs::path(),
                .init_program = settings.programs / "penstock-init"});
  made.entrance = {.join = group.join_files(), .binds = std::move(staged.binds)};
  return made;
}

LocalEngine::LocalEngine(LocalEngineSettings settings) : parts_(std::make_unique<Parts>(std::move(settings))) {}

LocalEngine::~LocalEngine() = default;

Instance LocalEngine::create(const ContainerSpec& spec) {
  parts_->reserve(spec.id);
  OnExit undo([&] { remove(spec.id); });
  Prepared prepared = parts_->prepare(spec, false);
  const ContainerFiles files = parts_->files(spec.id);
  fs::create_directory(files.exit_directory());
  const MonitoredProcess made =
      create_monitored({.id = spec.id,
                        .files = files,
                        .runtime_command = parts_->runtime.command(prepared.entrance, files.runtime_log(), {}),
                        .socket_directory = parts_->sockets(),
                        .log_size_max = parts_->settings.log_size_max});
  prepared.record.process = made.process;
  prepared.record.monitor = made.monitor;
  prepared.record.write(files);
  for (const Peer& peer : spec.peers) allow(spec.id, peer);
  undo.dismiss();
  return {.id = spec.id, .address = prepared.record.address};
}

void LocalEngine::start(const std::string& id) {
  parts_->record(id);
  const ContainerFiles files = parts_->files(id);
  replace_file(files.started(), "");
  CommandOptions options;
  options.process.argv = parts_->runtime.command({}, files.runtime_log(), {"start", id});
  const ExitStatus status = run_runtime(options, files.runtime_log(), "start container " + id);
  if (!status.success()) throw Error("cannot start container " + id + ": " + status.describe());
}

ExitStatus LocalEngine::stop(const std::string& id, std::chrono::milliseconds grace) {
  const ContainerRecord record = parts_->record(id);
  const Fd process = open_process(record.process);
  if (process && fs::exists(parts_->files(id).started())) {
    ::syscall(SYS_pidfd_send_signal, process.get(), SIGTERM, nullptr, 0);
    if (const std::optional<ExitStatus> status = wait(id, grace)) return *status;
  }
  parts_->cgroup(id).kill();
  return wait(id, kKillLimit).value_or(kUnknownEnd);
}

void LocalEngine::remove(const std::string& id) {
  check_id(id);
  const ContainerFiles files = parts_->files(id);
  if (!fs::exists(files.root)) return;
  const std::optional<ContainerRecord> record = ContainerRecord::read(files);
  parts_->cgroup(id).kill();
  if (record && record->monitor) wait(id, kKillLimit);
  if (record && !record->address.empty()) parts_->release_address(record->address, id);
  parts_->cgroup(id).remove();
  parts_->runtime.forget(id);
  remove_tree(parts_->sockets() / id);
  // Last: as long as it is there, the container can be found and this be done again.
  remove_tree(files.root);
}

ExitStatus LocalEngine::run(const ContainerSpec& spec, const RunOptions& options) {
  parts_->reserve(spec.id);
  const OnExit undo([&] { remove(spec.id); });
  const Prepared prepared = parts_->prepare(spec, true);
  const ContainerFiles files = parts_->files(spec.id);
  for (const Peer& peer : spec.peers) allow(spec.id, peer);
  const std::vector<std::string> argv = parts_->runtime.command(prepared.entrance, files.runtime_log(),
                                                                {"run", "--bundle", files.root.string(), spec.id});
  return run_runtime(command_options(argv, options), files.runtime_log(), "run " + spec.argv.front());
}

ExitStatus LocalEngine::exec(const std::string& id, const ExecSpec& spec, const RunOptions& options) {
  if (!open_process(parts_->record(id).process)) throw Conflict("container " + id + " does not run");
  const TemporaryDirectory directory(parts_->files(id).root);
  const fs::path process = directory.path() / "process.json";
  const fs::path log = directory.path() / "log";
  replace_file(process, oci_process(spec).dump(), 0600);
  const Cgroup group = parts_->cgroup(id).create_child("exec-" + random_id(8));
  const OnExit undo([&] {
    group.kill();
    group.remove();
  });
  std::vector<std::string> verb{"exec", "--process", process.string()};
  if (parts_->runtime.places_processes()) verb.insert(verb.end(), {"--cgroup", "/" + group.name().filename().string()});
  verb.push_back(id);
  const std::vector<std::string> argv = parts_->runtime.command({.join = group.join_files(), .binds = {}}, log, verb);
  return run_runtime(command_options(argv, options), log, "run " + spec.argv.front());
}

void LocalEngine::allow(const std::string& from, const Peer& to) {
  const std::string source = parts_->record(from).address;
  const std::string target = parts_->record(to.id).address;
  if (source.empty() || target.empty()) throw Conflict("cannot connect " + from + " to " + to.id + ": no network");
  const std::uint16_t shown_port = to.shown_port == 0 ? to.port : to.shown_port;
  parts_->firewall.allow({.from = source, .to = target, .port = to.port, .shown_port = shown_port});
}

std::optional<InstanceState> LocalEngine::find(const std::string& id) {
  const ContainerFiles files = parts_->files(id);
  if (!fs::exists(files.root)) return std::nullopt;
  InstanceState state{.id = id};
  const std::optional<ContainerRecord> record = ContainerRecord::read(files);
  if (!record) return state;
  // Until the monitor has ended, too, it is not written down how the process did.
  const bool alive = open_process(record->process) || open_process(record->monitor);
  state.exit_status = read_exit_status(files, id);
  if (!alive && record->process && !state.exit_status) state.exit_status = kUnknownEnd;
  state.running = alive && !state.exit_status && fs::exists(files.started());
  state.address = record->address;
  state.labels = record->labels;
  state.foreground = record->foreground;
  if (fs::exists(files.supervisor_directory())) state.supervisor = read_supervisor_state(files);
  return state;
}

std::vector<InstanceState> LocalEngine::list() {
  std::vector<InstanceState> states;
  for (const fs::directory_entry& entry : fs::directory_iterator(parts_->settings.directory)) {
    const std::string name = entry.path().filename();
    if (name.front() == '.') continue;
    if (std::optional<InstanceState> state = find(name)) states.push_back(std::move(*state));
  }
  return states;
}

std::optional<ExitStatus> LocalEngine::wait(const std::string& id, std::chrono::milliseconds timeout) {
  const auto deadline = SteadyClock::now() + timeout;
  const ContainerRecord record = parts_->record(id);
  // The monitor ends when it has written down how the process did.
  if (!wait_readable(open_process(record.process), deadline)) return std::nullopt;
  if (!wait_readable(open_process(record.monitor), deadline)) return std::nullopt;
  return read_exit_status(parts_->files(id), id).value_or(kUnknownEnd);
}

fs::path LocalEngine::log_path(const std::string& id) const {
  return parts_->files(id).log();
}

std::vector<std::string> LocalEngine::tail(const std::string& id, std::size_t lines) {
  return tail_of_log(log_path(id), lines);
}

}  // namespace penstock
