// The containers of one build. Each step has one of its own; what they share is on disk.
#pragma once

#include "base/clock.h"
#include "container/container_spec.h"
#include "hooks/lifecycle/variables.h"
#include "image/image_store.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

class Engine;
class OutputSink;
struct ExitStatus;

struct BuildLimits {
  Limits container{.cpus = 2, .memory_bytes = std::uint64_t{2} << 30, .pids = 1024};
  std::chrono::milliseconds time = std::chrono::hours(1);  // of all steps together
  std::uint64_t disk = std::uint64_t{8} << 30;             // of application, cache and /tmp together
};

struct BuildContainer {
  Engine& engine;
  Image image;
  std::filesystem::path application;  // becomes /app
  std::filesystem::path temporary;    // becomes /tmp
  std::filesystem::path cache;        // becomes PLATFORM_CACHE_DIR
  BuildLimits limits;
  SteadyClock::time_point deadline;
  std::map<std::string, std::string> labels;

  // Runs `argv` in /app. Its output goes to `output`, indented; of standard error each line begins with "W: ". Throws
  // UserError when it takes too much disk, Error when it takes too long, Cancelled.
  ExitStatus run(const std::vector<std::string>& argv, const lifecycle::Variables& environment, OutputSink& output,
                 const std::stop_token& stop) const;

 private:
  ContainerSpec spec() const;
};

}  // namespace penstock
