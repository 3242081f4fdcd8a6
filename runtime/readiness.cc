#include "runtime/readiness.h"

#include "base/clock.h"
#include "base/error.h"
#include "hooks/lifecycle/hook.h"
#include "runtime/application_container.h"
#include "runtime/connection_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <thread>

namespace penstock {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kStartsGranted = 3;  // a start command that ended this often is not waited for any longer
constexpr std::size_t kLinesShown = 20;
// How long a worker has run before it counts as one that goes on running, and when it has failed before.
constexpr auto kSteady = 200ms;
constexpr auto kSteadyAgain = 2s;

// An application without a start command, or that no request is passed to, need not listen.
bool must_listen(const config::Component& component) {
  if (component.commands.start.empty()) return false;
  const auto passes = [](const auto& entry) {
    const auto rule_passes = [](const auto& rule) { return rule.second.passthru && rule.second.passthru->enabled; };
    return entry.second.passthru.enabled ||
           std::any_of(entry.second.rules.begin(), entry.second.rules.end(), rule_passes);
  };
  const auto& locations = component.application.web.locations;
  return locations.empty() || std::any_of(locations.begin(), locations.end(), passes);
}

bool listens_by_now(const Readiness& readiness) {
  if (readiness.component.application.web.socket_family == config::SocketFamily::Unix) {
    return accepts_connection_at(readiness.engine.socket_path(readiness.instance.id));
  }
  return accepts_connection(readiness.instance.address, kApplicationPort);
}

// Where it should listen.
std::string place_of(const config::Application& application) {
  if (application.web.socket_family == config::SocketFamily::Unix) return fmt::format("the socket {}", kSocketInside);
  return fmt::format("port {}", kApplicationPort);
}

const char* memory_of(const InstanceState& state) {
  return state.out_of_memory ? ", out of memory" : "";
}

// A start command that has ended before.
std::string again_and_again(const InstanceState& state) {
  const SupervisorState supervisor = state.supervisor.value_or(SupervisorState{});
  const unsigned ends = supervisor.starts - (supervisor.running_since ? 1 : 0);
  return fmt::format("its start command ended {} {}, the last time with {}{}", ends, ends == 1 ? "time" : "times",
                     supervisor.last_exit.value_or(ExitStatus{}).describe(), memory_of(state));
}

// Why the component will not become ready, or nothing.
std::string hopeless(const InstanceState& state) {
  if (!state.running) {
    return fmt::format("its container ended with {}{}", state.exit_status.value_or(ExitStatus{}).describe(),
                       memory_of(state));
  }
  if (!state.supervisor || !state.supervisor->last_exit) return "";
  const SupervisorState& supervisor = *state.supervisor;
  if (!supervisor.pre_start_done) {
    return fmt::format("its pre_start command ended with {}", supervisor.last_exit->describe());
  }
  return supervisor.starts <= kStartsGranted ? "" : again_and_again(state);
}

bool is_steady(const InstanceState& state) {
  const SupervisorState supervisor = state.supervisor.value_or(SupervisorState{});
  const bool failed_before = supervisor.last_exit && !supervisor.last_exit->success();
  if (!supervisor.running_since) return supervisor.last_exit && !failed_before;
  return SteadyClock::now() - *supervisor.running_since > (failed_before ? kSteadyAgain : kSteady);
}

// The post_start command in a thread of its own. The destructor ends it.
class PostStart {
 public:
  explicit PostStart(const Readiness& readiness) {
    const lifecycle::Hook hook{.engine = readiness.engine,
                               .container = readiness.instance.id,
                               .script = readiness.component.commands.post_start,
                               .environment = readiness.environment,
                               .log = {}};
    done_ = std::async(std::launch::async,
                       [hook, &readiness, stop = stop_.get_token()] { return hook.run(readiness.output, stop); });
  }
  ~PostStart() { stop_.request_stop(); }

  // How it ended; empty while it runs.
  std::optional<ExitStatus> ended() {
    if (done_.valid() && done_.wait_for(0s) == std::future_status::ready) status_ = done_.get();
    return status_;
  }

 private:
  std::stop_source stop_;
  std::optional<ExitStatus> status_;
  std::future<ExitStatus> done_;  // destroyed first: waits for the thread
};

[[noreturn]] void give_up(const Readiness& readiness, const std::string& why) {
  const std::vector<std::string> lines = readiness.engine.tail(readiness.instance.id, kLinesShown);
  if (!lines.empty()) readiness.output.line("W: The last output of " + readiness.component.name + ":");
  for (const std::string& line : lines) readiness.output.line("  " + line);
  throw UserError(fmt::format("{} did not start: {}", readiness.component.title(), why));
}

bool is_up(const Readiness& readiness) {
  if (!readiness.component.is_worker()) return !must_listen(readiness.component) || listens_by_now(readiness);
  const auto state = readiness.engine.find(readiness.instance.id);
  return state && state->supervisor && state->supervisor->starts > 0;
}

std::string why_not_up(const Readiness& readiness) {
  const std::string time = human_duration(readiness.timeout);
  if (readiness.component.is_worker()) return "its pre_start and post_start commands have not ended after " + time;
  return fmt::format("nothing accepts connections on {} after {}", place_of(readiness.component.application), time);
}

}  // namespace

void Readiness::wait(const std::stop_token& stop) const {
  const Stopwatch waited;
  PostStart post_start(*this);
  for (std::chrono::nanoseconds next_look = 10ms;;) {
    const auto post_start_status = post_start.ended();
    if (post_start_status && !post_start_status->success()) {
      give_up(*this, "its post_start command ended with " + post_start_status->describe());
    }
    if (post_start_status && is_up(*this)) return;
    if (stop.stop_requested()) throw Cancelled("stopped while " + component.title() + " was starting");
    if (waited.elapsed() > next_look) {
      const auto state = engine.find(instance.id);
      if (const std::string why = state ? hopeless(*state) : "its container is gone"; !why.empty()) give_up(*this, why);
      next_look = waited.elapsed() + 10ms;
    }
    if (waited.elapsed() > timeout) give_up(*this, why_not_up(*this));
    // Nothing tells of a listen() in another network: ask often while requests are held, less so when it takes long.
    std::this_thread::sleep_for(waited.elapsed() < 1s ? 1ms : 5ms);
  }
}

void Readiness::wait_until_steady(const std::stop_token& stop) const {
  for (const Stopwatch waited;; std::this_thread::sleep_for(10ms)) {
    const auto state = engine.find(instance.id);
    if (!state) give_up(*this, "its container is gone");
    if (!state->running) give_up(*this, hopeless(*state));
    if (is_steady(*state)) return;
    if (stop.stop_requested()) throw Cancelled("stopped while " + component.title() + " was starting");
    if (waited.elapsed() > timeout) give_up(*this, again_and_again(*state));
  }
}

}  // namespace penstock
