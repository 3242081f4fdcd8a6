// conmon: the process that stays with a container, owns its log and writes down how it ended.
#pragma once

#include "container/container_files.h"
#include "container/oci_runtime.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace penstock {

struct MonitorOptions {
  std::string id;
  const ContainerFiles& files;
  std::vector<std::string> runtime_command;  // without a verb
  std::filesystem::path socket_directory;
  std::uint64_t log_size_max;
};

struct MonitoredProcess {
  ProcessIdentity process;
  ProcessIdentity monitor;
};

// Starts conmon and has it create the container of the bundle in `files`. Throws Error with the runtime's own words.
MonitoredProcess create_monitored(const MonitorOptions& options);

}  // namespace penstock
