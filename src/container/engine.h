// Runs containers. The seam between the pipeline and the deployer and whatever runs processes for them.
#pragma once

#include "base/clock.h"
#include "base/output_sink.h"
#include "base/process.h"
#include "container/container_spec.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// What create() made.
struct Instance {
  std::string id;
  std::string address;  // IPv4; empty without network
};

// What penstock-init has done so far in a supervised container.
struct SupervisorState {
  bool pre_start_done = false;
  unsigned starts = 0;                                   // how often the start command was run
  std::optional<ExitStatus> last_exit;                   // of the start command, or of a pre_start that failed
  std::optional<SteadyClock::time_point> running_since;  // none: the start command does not run just now
};

struct InstanceState {
  std::string id;
  bool running = false;
  std::optional<ExitStatus> exit_status;  // once it has ended
  bool out_of_memory = false;             // the kernel killed one of its processes for want of memory
  std::string address;
  std::map<std::string, std::string> labels;
  std::optional<SupervisorState> supervisor;  // of supervised containers
  bool half_made = false;   // the engine that made it died meanwhile: only good for recreate() and remove()
  bool foreground = false;  // of a run(): when no engine waits for it any more, only good for remove()
};

// Where the output of a process goes, and what ends it early.
struct RunOptions {
  OutputSink& out;
  OutputSink& err;
  std::optional<std::chrono::milliseconds> timeout;  // then everything is killed and Error thrown
  std::stop_token stop;                              // a request kills everything and throws Cancelled
  std::string_view input{};                          // what it can read; for secrets, which no argument may hold
  std::stop_token terminate{};                       // of exec(): a request sends all of it SIGTERM
};

// Implementations are thread safe. Methods throw Error when the host refuses, NotFound for an id that is not known.
// A created container outlives the engine object and the process that made it: a later engine on the same directory
// finds it under its id.
class Engine {
 public:
  virtual ~Engine() = default;

  // Everything but running the process: network, limits, file systems. Throws Conflict when the id exists. Leaves
  // nothing behind when it throws.
  virtual Instance create(const ContainerSpec& spec) = 0;
  // create() for one that has ended, or was given up half made: at the same address, with what it is allowed, and its
  // log goes on, with a line about the end. Throws Conflict when it runs, NotFound when there is none. When it throws
  // otherwise the container is half made.
  virtual Instance recreate(const ContainerSpec& spec) = 0;
  // Lets a created container's process run. Once per container.
  virtual void start(const std::string& id) = 0;
  // SIGTERM to its first process, SIGKILL to all of them after `grace`. Returns how it ended, also when it had ended
  // before or never started.
  virtual ExitStatus stop(const std::string& id, std::chrono::milliseconds grace) = 0;
  // Kills what runs and removes all of the container, its log too. An unknown id and a half-made container are fine.
  virtual void remove(const std::string& id) = 0;

  // One process in a container of its own, to its end; the container is gone when this returns or throws.
  virtual ExitStatus run(const ContainerSpec& spec, const RunOptions& options) = 0;
  // One more process in a running container, to its end.
  virtual ExitStatus exec(const std::string& id, const ExecSpec& spec, const RunOptions& options) = 0;

  // Lets container `from` open TCP connections to `to`, until one of them is removed. Containers reach each other in no
  // other way.
  virtual void allow(const std::string& from, const Peer& to) = 0;

  virtual std::optional<InstanceState> find(const std::string& id) = 0;
  virtual std::vector<InstanceState> list() = 0;
  // Waits until the container has ended; empty when it still runs after `timeout`.
  virtual std::optional<ExitStatus> wait(const std::string& id, std::chrono::milliseconds timeout) = 0;

  // From here on, calls `ended` with the id of every container that ends after its start() in another way than by
  // stop() or remove(), and once with those that have ended by now. On a thread of the engine's; must not call
  // on_end(). Replaces the one before, which is not called any more once this returns; an empty one is nobody.
  virtual void on_end(std::function<void(const std::string& id)> ended) = 0;

  // Where a container that has_socket listens, or will. It decides what is there: a connection must not follow links.
  virtual std::filesystem::path socket_path(const std::string& id) const = 0;
  // Output and errors of the container, mixed, in the order written; bounded in size. The file may not exist yet.
  virtual std::filesystem::path log_path(const std::string& id) const = 0;
  // The last lines of it, oldest first.
  virtual std::vector<std::string> tail(const std::string& id, std::size_t lines) = 0;
};

}  // namespace penstock
