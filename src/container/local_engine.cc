#include "container/local_engine.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "container/container_log.h"
#include "container/local_engine_parts.h"
#include "container/monitor.h"
#include "container/oci_bundle.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <sys/syscall.h>

#include <csignal>
#include <functional>

namespace fs = std::filesystem;

namespace penstock {
namespace {

constexpr const char* kExecPrefix = "exec-";
constexpr std::chrono::seconds kMonitorLimit{2};  // to write down how a container ended
// Of a container whose monitor was killed, or that a reboot took.
constexpr ExitStatus kUnknownEnd{.code = 0, .signal = SIGKILL};

// What the runtime itself has to say is in `log`, apart from what the container says.
ExitStatus run_runtime(const CommandOptions& options, const fs::path& log, const std::string& action) {
  const ExitStatus status = run_command(options).status;
  const std::string words = status.success() ? "" : last_words(log);
  if (!words.empty()) throw Error(fmt::format("cannot {}: {}", action, words));
  return status;
}

// The last line of its log, of a container that is to be made again.
std::string epitaph(const InstanceState& state) {
  if (!state.exit_status) return "penstock: the monitor of this container ended; it starts again";
  return fmt::format("penstock: the container ended with {}{}; it starts again", state.exit_status->describe(),
                     state.out_of_memory ? ", out of memory" : "");
}

CommandOptions command_options(std::vector<std::string> argv, const RunOptions& options) {
  CommandOptions command;
  command.process.argv = std::move(argv);
  command.out = &options.out;
  command.err = &options.err;
  command.timeout = options.timeout;
  command.stop = options.stop;
  command.input = options.input;
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

}  // namespace

LocalEngine::LocalEngine(LocalEngineSettings settings) : parts_(std::make_unique<Parts>(std::move(settings))) {
  for (const fs::directory_entry& entry : fs::directory_iterator(parts_->settings.directory)) {
    if (entry.path().filename().string().front() != '.') end_execs(entry.path().filename());
  }
}

LocalEngine::~LocalEngine() = default;

Instance LocalEngine::create(const ContainerSpec& spec) {
  parts_->reserve(spec.id);
  OnExit undo([&] { remove(spec.id); });
  Instance instance = make(spec, {});
  undo.dismiss();
  return instance;
}

Instance LocalEngine::recreate(const ContainerSpec& spec) {
  const ContainerRecord record = parts_->record(spec.id);
  const InstanceState state = find(spec.id).value();
  if (state.running) throw Conflict("cannot create container " + spec.id + " again: it runs");
  parts_->exits.drop(spec.id);
  parts_->take_down(spec.id, record);
  parts_->network.disconnect(record.address);
  const ContainerFiles files = parts_->files(spec.id);
  if (record.process) append_to_log(files.log(), epitaph(state));
  for (const fs::directory_entry& entry : fs::directory_iterator(files.root)) {
    if (entry.path() != files.log() && entry.path() != files.record()) remove_tree(entry.path());
  }
  return make(spec, record.address);
}

Instance LocalEngine::make(const ContainerSpec& spec, const std::string& kept_address) {
  Prepared prepared = parts_->prepare(spec, false, kept_address);
  const ContainerFiles files = parts_->files(spec.id);
  fs::create_directory(files.exit_directory());
  const MonitoredProcess made =
      create_monitored({.id = spec.id,
                        .files = files,
                        .runtime_command = parts_->runtime.command(prepared.entrance, files.runtime_log(), {}),
                        .socket_directory = parts_->attach_sockets(),
                        .log_size_max = parts_->settings.log_size_max});
  prepared.record.process = made.process;
  prepared.record.monitor = made.monitor;
  prepared.record.write(files);
  for (const Peer& peer : spec.peers) allow(spec.id, peer);
  return {.id = spec.id, .address = prepared.record.address};
}

void LocalEngine::start(const std::string& id) {
  const ContainerRecord record = parts_->record(id);
  const ContainerFiles files = parts_->files(id);
  replace_file(files.started(), "");
  CommandOptions options;
  options.process.argv = parts_->runtime.command({}, files.runtime_log(), {"start", id});
  const ExitStatus status = run_runtime(options, files.runtime_log(), "start container " + id);
  if (!status.success()) throw Error("cannot start container " + id + ": " + status.describe());
  parts_->watch_end(id, record);
}

ExitStatus LocalEngine::stop(const std::string& id, std::chrono::milliseconds grace) {
  const ContainerRecord record = parts_->record(id);
  parts_->exits.drop(id);
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
  parts_->exits.drop(id);
  const std::optional<ContainerRecord> record = ContainerRecord::read(files);
  parts_->take_down(id, record.value_or(ContainerRecord{}));
  if (record && !record->address.empty()) parts_->release_address(record->address, id);
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
  const Cgroup group = parts_->cgroup(id).create_child(kExecPrefix + random_id(8));
  const OnExit undo([&] {
    group.kill();
    group.remove();
  });
  const std::stop_callback ask(options.terminate, [&group] { group.signal(SIGTERM); });
  std::vector<std::string> verb{"exec", "--process", process.string()};
  if (parts_->runtime.places_processes()) verb.insert(verb.end(), {"--cgroup", "/" + group.name().filename().string()});
  verb.push_back(id);
  const std::vector<std::string> argv = parts_->runtime.command({.join = group.join_files(), .binds = {}}, log, verb);
  return run_runtime(command_options(argv, options), log, "run " + spec.argv.front());
}

// Of an engine that died: nobody hears what they say, or waits for their end.
void LocalEngine::end_execs(const std::string& id) {
  const Cgroup container = parts_->cgroup(id);
  for (const std::string& name : container.children()) {
    if (!name.starts_with(kExecPrefix)) continue;
    log_of("container")->warn("process of an earlier penstockd killed: container={}", id);
    const Cgroup group = container.child(name);
    group.kill();
    group.remove();
  }
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
  InstanceState state{.id = id, .half_made = true};
  const std::optional<ContainerRecord> record = ContainerRecord::read(files);
  if (!record) return state;
  state.half_made = !record->process && !record->foreground;
  const bool process_lives = static_cast<bool>(open_process(record->process));
  const Fd monitor = open_process(record->monitor);
  if (record->process && !process_lives) {
    // The monitor ends when it has written down how the process did.
    wait_readable(monitor, SteadyClock::now() + kMonitorLimit);
    state.exit_status = read_exit_status(files, id).value_or(kUnknownEnd);
  }
  // Without its monitor, nobody reads what it writes.
  state.running = process_lives && monitor && fs::exists(files.started());
  state.out_of_memory = parts_->cgroup(id).out_of_memory_kills() > 0;
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

void LocalEngine::on_end(std::function<void(const std::string& id)> ended) {
  parts_->exits.listen(std::move(ended));
  for (const InstanceState& state : list()) {
    const std::optional<ContainerRecord> record = ContainerRecord::read(parts_->files(state.id));
    if (record && !state.foreground && fs::exists(parts_->files(state.id).started())) {
      parts_->watch_end(state.id, *record);
    }
  }
}

fs::path LocalEngine::socket_path(const std::string& id) const {
  return parts_->socket_directory(id) / fs::path(kSocketInside).filename();
}

fs::path LocalEngine::log_path(const std::string& id) const {
  return parts_->files(id).log();
}

std::vector<std::string> LocalEngine::tail(const std::string& id, std::size_t lines) {
  return tail_of_log(log_path(id), lines);
}

}  // namespace penstock
