#pragma once

#include "base/error.h"
#include "base/synchronized.h"
#include "container/engine.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace penstock::test {

// Containers that are records: a started one listens on its own address of the loopback network, as an application
// would. What a process in it does is up to the test. State lives in a Machine, so that a second engine finds it.
class FakeEngine : public Engine {
 public:
  struct Container {
    ContainerSpec spec;
    std::string address;
    bool running = false;
    bool started = false;
    bool half_made = false;
    SupervisorState supervisor;
    Fd listener;
    std::vector<Fd> mounted;
  };

  struct Machine {
    std::map<std::string, Container> containers;
    std::vector<std::string> events;  // "create d1-app", "start d1-app", …
    int addresses = 0;
  };

  explicit FakeEngine(Synchronized<Machine>& machine) : machine_(machine) {}

  // What happens when a container starts; may throw. The usual: it listens.
  std::function<void(Container&)> on_start = [](Container& container) { listen(container); };
  // What a process in a container does.
  std::function<ExitStatus(const ContainerSpec&, const ExecSpec&, const RunOptions&)> on_exec =
      [](const ContainerSpec&, const ExecSpec&, const RunOptions&) { return ExitStatus{}; };
  // Called before each operation with its event; may throw: the host refuses.
  std::function<void(const std::string& event)> before = [](const std::string&) {};

  static void listen(Container& container, std::uint16_t port = 8888) {
    sockaddr_in endpoint{};
    endpoint.sin_family = AF_INET;
    endpoint.sin_port = htons(port);
    ::inet_pton(AF_INET, container.address.c_str(), &endpoint.sin_addr);
    container.listener.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(container.listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(container.listener.get(), reinterpret_cast<const sockaddr*>(&endpoint), sizeof endpoint) != 0 ||
        ::listen(container.listener.get(), 16) != 0) {
      throw SystemError("listen on " + container.address);
    }
  }

  Instance create(const ContainerSpec& spec) override {
    note("create " + spec.id);
    auto machine = machine_.lock();
    if (machine->containers.count(spec.id) == 1) throw Conflict("container " + spec.id + " exists");
    Container container{.spec = spec, .address = fmt::format("127.77.0.{}", ++machine->addresses)};
    // As a mount would: it stays what it is now, whatever the path leads to later.
    for (Mount& mount : container.spec.mounts) {
      container.mounted.emplace_back(::open(mount.source.c_str(), O_PATH | O_CLOEXEC));
      mount.source = fmt::format("/proc/self/fd/{}", container.mounted.back().get());
    }
    Instance instance{.id = spec.id, .address = container.address};
    machine->containers.emplace(spec.id, std::move(container));
    return instance;
  }
  Instance recreate(const ContainerSpec& spec) override {
    note("recreate " + spec.id);
    auto machine = machine_.lock();
    Container& container = machine->containers.at(spec.id);
    if (container.running) throw Conflict("container " + spec.id + " runs");
    container.spec = spec;
    container.started = container.half_made = false;
    return {.id = spec.id, .address = container.address};
  }
  void start(const std::string& id) override {
    note("start " + id);
    auto machine = machine_.lock();
    Container& container = machine->containers.at(id);
    if (container.half_made) throw Error("container " + id + " is half made");
    if (container.started) throw Conflict("container " + id + " was started before");
    container.started = container.running = true;
    container.supervisor = {.pre_start_done = true,
                            .starts = 1,
                            .last_exit = {},
                            .running_since = SteadyClock::now() - std::chrono::hours(1)};
    on_start(container);
  }
  ExitStatus stop(const std::string& id, std::chrono::milliseconds) override {
    note("stop " + id);
    auto machine = machine_.lock();
    const auto found = machine->containers.find(id);
    if (found == machine->containers.end()) throw NotFound("no container " + id);
    found->second.started = true;  // and never again
    found->second.running = false;
    found->second.listener.reset();
    return {};
  }
  void remove(const std::string& id) override {
    if (machine_.lock()->containers.count(id) == 0) return;
    note("remove " + id);
    machine_.lock()->containers.erase(id);
  }
  ExitStatus run(const ContainerSpec&, const RunOptions&) override { return {}; }
  ExitStatus exec(const std::string& id, const ExecSpec& spec, const RunOptions& options) override {
    note("exec " + id);
    const ContainerSpec container = machine_.lock()->containers.at(id).spec;
    return on_exec(container, spec, options);
  }
  void allow(const std::string& from, const Peer& to) override {
    note("allow " + from + " " + to.id + ":" + std::to_string(to.port) + " as " + std::to_string(to.shown_port));
  }
  std::optional<InstanceState> find(const std::string& id) override {
    auto machine = machine_.lock();
    const auto found = machine->containers.find(id);
    if (found == machine->containers.end()) return std::nullopt;
    return state_of(found->second);
  }
  std::vector<InstanceState> list() override {
    std::vector<InstanceState> states;
    for (const auto& [id, container] : machine_.lock()->containers) states.push_back(state_of(container));
    return states;
  }
  std::optional<ExitStatus> wait(const std::string&, std::chrono::milliseconds) override { return ExitStatus{}; }
  void on_end(std::function<void(const std::string& id)> ended) override { ended_ = std::move(ended); }
  // Its first process is killed.
  void kill(const std::string& id) {
    {
      auto machine = machine_.lock();
      machine->containers.at(id).running = false;
      machine->containers.at(id).listener.reset();
    }
    if (ended_) ended_(id);
  }
  std::filesystem::path socket_path(const std::string& id) const override { return "/sockets/" + id + "/app.sock"; }
  std::filesystem::path log_path(const std::string& id) const override { return id; }
  std::vector<std::string> tail(const std::string&, std::size_t) override { return {"last words"}; }

 private:
  static InstanceState state_of(const Container& container) {
    return {.id = container.spec.id,
            .running = container.running,
            .exit_status = container.started && !container.running ? std::optional(ExitStatus{}) : std::nullopt,
            .address = container.address,
            .labels = container.spec.labels,
            .supervisor = container.supervisor,
            .half_made = container.half_made};
  }
  void note(const std::string& event) {
    before(event);
    machine_.lock()->events.push_back(event);
  }

  Synchronized<Machine>& machine_;
  std::function<void(const std::string& id)> ended_;
};

}  // namespace penstock::test
