#include "runtime/deploy_report.h"

#include "base/clock.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

std::string shown(std::chrono::nanoseconds time) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time);
  return milliseconds.count() < 1000 ? fmt::format("{}ms", milliseconds.count()) : human_duration(time);
}

std::string held_line(const RequestReport& requests) {
  std::string line = fmt::format("  Requests: {} held", requests.held);
  if (requests.held > 0) line += fmt::format(" (longest {})", shown(requests.longest_hold));
  line += fmt::format(", {} released, {} refused", requests.released, requests.refused);
  if (requests.timed_out > 0) line += fmt::format(", {} timed out", requests.timed_out);
  if (requests.abandoned > 0) line += fmt::format(", {} given up by the client", requests.abandoned);
  if (requests.cut > 0) line += fmt::format(", {} cut", requests.cut);
  return line + "\n";
}

std::string drained_line(const DrainReport& drained) {
  return fmt::format("  Drained:  {} finished, {} closed, {} cut\n", drained.finished, drained.closed, drained.cut);
}

}  // namespace

void DeployReport::write(OutputSink& output) const {
  std::string names = "  Steps:   ";
  std::string durations = "           ";
  durations.resize(names.size(), ' ');
  std::chrono::nanoseconds total{};
  const auto add = [&](const std::string& name, std::chrono::nanoseconds time) {
    const std::string duration = shown(time);
    const std::size_t width = std::max(name.size(), duration.size());
    names += fmt::format(" {:>{}}", name, width);
    durations += fmt::format(" {:>{}}", duration, width);
  };
  for (const StepTime& time : times) {
    add(time.step, time.took);
    total += time.took;
  }
  add("total", total);
  std::string lines = "\n";
  if (requests) lines += held_line(*requests);
  if (drained) lines += drained_line(*drained);
  output.line(lines + names + "\n" + durations);
}

}  // namespace penstock
