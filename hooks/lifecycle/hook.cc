#include "hooks/lifecycle/hook.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "container/engine.h"

#include <fmt/format.h>

#include <fcntl.h>

namespace penstock::lifecycle {
namespace {

// Writes to the pusher's screen and to the log file of the hook.
class LoggingSink : public OutputSink {
 public:
  LoggingSink(OutputSink& screen, const std::filesystem::path& log) : screen_(screen) {
    if (log.empty()) return;
    log_.reset(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
    if (!log_) throw SystemError("open " + log.string());
  }

  void write(std::string_view text) override {
    screen_.write(text);
    log_only(text);
  }

  void log_only(std::string_view text) {
    if (log_) write_all(log_.get(), text);
  }

 private:
  OutputSink& screen_;
  Fd log_;
};

// "[2025-03-01 08:27:25.495579] Launching command 'bash export-config.sh'."
std::string launch_line(const std::string& script) {
  const std::string time = iso8601(wall_now());
  return fmt::format("[{} {}] Launching command '{}'.\n", time.substr(0, 10), time.substr(11, 15), script);
}

}  // namespace

std::vector<std::string> hook_command(const std::string& script) {
  return {"/bin/dash", "-c", script, "dash"};
}

std::vector<std::string> runtime_hook_command(const std::string& script) {
  return hook_command("if [ -r ./.environment ]; then . ./.environment; fi; " + script);
}

ExitStatus Hook::run(OutputSink& output, std::stop_token stop) const {
  if (script.find_first_not_of(" \t\n") == std::string::npos) return {};
  LoggingSink sink(output, log);
  sink.log_only(launch_line(script));
  const ExecSpec spec{.argv = runtime_hook_command(script), .environment = to_strings(environment)};
  return engine.exec(
      container, spec,
      {.out = sink, .err = sink, .timeout = std::nullopt, .stop = std::move(stop), .terminate = terminate});
}

}  // namespace penstock::lifecycle
