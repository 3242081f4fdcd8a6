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

// Why the application will not become ready, or nothing.
std::string hopeless(const InstanceState& state) {
  const char* memory = state.out_of_memory ? ", out of memory" : "";
  if (!state.running)
    return fmt::format("its container ended with {}{}", state.exit_status.value_or(ExitStatus{}).describe(), memory);
  if (!state.supervisor || !state.supervisor->last_exit) return "";
  const SupervisorState& supervisor = *state.supervisor;
  const std::string status = supervisor.last_exit->describe();
  if (!supervisor.pre_start_done) return fmt::format("its pre_start command ended with {}", status);
  if (supervisor.starts <= kStartsGranted) return "";
  return fmt::format("its start command ended {} times, the last time with {}{}", supervisor.starts - 1, status,
                     memory);
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

}  // namespace

void Readiness::wait(const std::stop_token& stop) const {
  const Stopwatch waited;
  const bool listens = must_listen(component);
  PostStart post_start(*this);
  for (std::chrono::nanoseconds next_look = 10ms;;) {
    const auto post_start_status = post_start.ended();
    if (post_start_status && !post_start_status->success()) {
      give_up(*this, "its post_start command ended with " + post_start_status->describe());
    }
    if (post_start_status && (!listens || listens_by_now(*this))) return;
    if (stop.stop_requested()) throw Cancelled("stopped while " + component.title() + " was starting");
    if (waited.elapsed() > next_look) {
      const auto state = engine.find(instance.id);
      if (const std::string why = state ? hopeless(*state) : "its container is gone"; !why.empty()) give_up(*this, why);
      next_look = waited.elapsed() + 10ms;
    }
    if (waited.elapsed() > timeout) {
      give_up(*this, fmt::format("nothing accepts connections on {} after {}", place_of(component.application),
                                 human_duration(timeout)));
    }
    // Nothing tells of a listen() in another network: ask often while requests are held, less so when it takes long.
    std::this_thread::sleep_for(waited.elapsed() < 1s ? 1ms : 5ms);
  }
}

}  // namespace penstock
