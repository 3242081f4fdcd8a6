#include "runtime/crons/cron_gate.h"

#include "base/clock.h"
#include "base/error.h"

#include <fmt/format.h>

namespace penstock {

CronGate::Pass::Pass(CronGate& gate, std::string environment, std::string name, const std::stop_token& stop)
    : gate_(gate), environment_(std::move(environment)), name_(std::move(name)) {
  auto lanes = gate_.lanes_.lock();
  Lane& lane = (*lanes)[environment_];
  if (!gate_.changed_.wait(lanes.unique_lock(), stop, [&lane] { return lane.pauses == 0; })) {
    throw Cancelled("stopped before the cron began");
  }
  lane.running.push_back(this);
}

CronGate::Pass::~Pass() {
  std::erase((*gate_.lanes_.lock())[environment_].running, this);
  gate_.changed_.notify_all();
}

CronGate::Pause::Closed::Closed(CronGate& of, std::string which) : gate(of), environment(std::move(which)) {
  ++(*gate.lanes_.lock())[environment].pauses;
}

CronGate::Pause::Closed::~Closed() {
  --(*gate.lanes_.lock())[environment].pauses;
  gate.changed_.notify_all();
}

CronGate::Pause::Pause(CronGate& gate, const std::string& environment, const Patience& patience)
    : closed_(gate, environment) {
  gate.wait_until_idle(environment, patience);
}

void CronGate::wait_until_idle(const std::string& environment, const Patience& patience) {
  const auto deadline = SteadyClock::now() + patience.limit;
  const auto wait = [&](SteadyClock::time_point until) {
    auto lanes = lanes_.lock();
    const Lane& lane = (*lanes)[environment];
    const bool idle =
        changed_.wait_until(lanes.unique_lock(), patience.stop, until, [&lane] { return lane.running.empty(); });
    if (!idle && patience.stop.stop_requested()) throw Cancelled("stopped while a cron ran");
    return idle;
  };
  for (const std::string& name : running(environment)) {
    patience.output.line(fmt::format("  Waiting for {} to end, at most {} s", name, patience.limit.count()));
  }
  if (wait(deadline)) return;
  for (const std::string& name : running(environment)) {
    patience.output.line(fmt::format("  W: {} still runs: it is asked to end", name));
  }
  ask_to_end(environment);
  wait(SteadyClock::time_point::max());
}

std::vector<std::string> CronGate::running(const std::string& environment) {
  std::vector<std::string> names;
  for (const Pass* pass : (*lanes_.lock())[environment].running) names.push_back(pass->name_);
  return names;
}

void CronGate::ask_to_end(const std::string& environment) {
  for (Pass* pass : (*lanes_.lock())[environment].running) pass->end_.request_stop();
}

}  // namespace penstock
