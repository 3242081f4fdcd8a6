#include "daemon/container_keeper.h"

#include "base/error.h"
#include "base/log.h"
#include "container/engine.h"

#include <algorithm>

namespace penstock {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kWorkers = 2;
constexpr std::chrono::milliseconds kFirstPause = 1s;
constexpr std::chrono::milliseconds kLongestPause = 60s;
constexpr std::chrono::milliseconds kLongLife = 60s;  // after which an end counts as the first again
constexpr std::chrono::milliseconds kBusyPause = 1s;  // before another look at an environment that is being deployed

}  // namespace

ContainerKeeper::ContainerKeeper(Engine& engine, Revive revive) : engine_(engine), revive_(std::move(revive)) {
  for (unsigned i = 0; i < kWorkers; ++i) {
    workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
  engine_.on_end([this](const std::string& container) { note_end(container); });
}

ContainerKeeper::~ContainerKeeper() {
  engine_.on_end({});
}

void ContainerKeeper::note_end(const std::string& container) {
  const auto now = SteadyClock::now();
  auto state = state_.lock();
  std::erase_if(state->histories, [&](const auto& entry) { return entry.second.due + kLongLife < now; });
  const auto [history, first] = state->histories.try_emplace(container);
  if (!first) history->second.pause = std::clamp(2 * history->second.pause, kFirstPause, kLongestPause);
  history->second.due = now + history->second.pause;
  state->due.emplace(history->second.due, container);
  changed_.notify_all();
}

void ContainerKeeper::again(const std::string& container, std::chrono::milliseconds pause) {
  state_.lock()->due.emplace(SteadyClock::now() + pause, container);
  changed_.notify_all();
}

void ContainerKeeper::work(const std::stop_token& stop) {
  for (std::string container; !(container = next(stop)).empty();) revive(container, stop);
}

std::string ContainerKeeper::next(const std::stop_token& stop) {
  auto state = state_.lock();
  while (!stop.stop_requested()) {
    if (state->due.empty()) {
      changed_.wait(state.unique_lock(), stop, [&] { return !state->due.empty(); });
    } else if (const auto when = state->due.begin()->first; when > SteadyClock::now()) {
      changed_.wait_until(state.unique_lock(), stop, when,
                          [&] { return state->due.empty() || state->due.begin()->first < when; });
    } else {
      return state->due.extract(state->due.begin()).mapped();
    }
  }
  return "";
}

void ContainerKeeper::revive(const std::string& container, const std::stop_token& stop) {
  try {
    if (revive_(container, stop) == Revived::Busy) again(container, kBusyPause);
  } catch (const Cancelled&) {
    // We stop; what is left is up to the next start.
  } catch (const std::exception& error) {
    log_of("daemon")->error("cannot start container {} again: {}", container, error.what());
    note_end(container);
  }
}

}  // namespace penstock
