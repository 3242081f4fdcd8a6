#include "container/monitor.h"

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/unix_socket.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cstdlib>
#include <optional>

namespace fs = std::filesystem;

namespace penstock {
namespace {

std::vector<std::string> monitor_command(const MonitorOptions& options) {
  const ContainerFiles& files = options.files;
  std::vector<std::string> argv{
      "conmon",
      "--api-version=1",
      "--no-sync-log",
      "--cid=" + options.id,
      "--cuuid=" + options.id,
      "--bundle=" + files.root.string(),
      "--container-pidfile=" + (files.root / "process.pid").string(),
      "--conmon-pidfile=" + files.monitor_pid().string(),
      "--log-path=k8s-file:" + files.log().string(),
      "--log-size-max=" + std::to_string(options.log_size_max),
      "--exit-dir=" + files.exit_directory().string(),
      "--socket-dir-path=" + options.socket_directory.string(),
      "--runtime=" + options.runtime_command.front(),
  };
  for (std::size_t i = 1; i < options.runtime_command.size(); ++i) {
    argv.push_back("--runtime-arg=" + options.runtime_command[i]);
  }
  return argv;
}

ProcessOptions monitor_process(const MonitorOptions& options, int report) {
  ProcessOptions process;
  process.argv = monitor_command(options);
  const char* path = std::getenv("PATH");
  process.environment = {fmt::format("PATH={}", path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin"),
                         fmt::format("_OCI_SYNCPIPE={}", report)};
  process.directory = options.files.root;  // conmon leaves a file `oom` where it is
  process.inherited_fds = {report};
  process.keep_running = true;
  return process;
}

pid_t read_pid(const fs::path& file) {
  const std::string text = read_file(file);
  pid_t pid = -1;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  return pid;
}

}  // namespace

MonitoredProcess create_monitored(const MonitorOptions& options) {
  Pipe report;
  Process monitor(monitor_process(options, report.write.get()));
  report.write.reset();
  const std::optional<std::string> line = LineReader(report.read.get()).next();
  // What we started has forked the monitor and ended.
  monitor.wait();
  const Json json = line ? Json::parse(*line, nullptr, false) : Json();
  const pid_t pid = json.is_object() ? json.value("data", -1) : -1;
  if (pid <= 0) {
    throw Error(fmt::format("cannot create container {}: {}", options.id, last_words(options.files.runtime_log())));
  }
  return {.process = ProcessIdentity::of(pid), .monitor = ProcessIdentity::of(read_pid(options.files.monitor_pid()))};
}

}  // namespace penstock
