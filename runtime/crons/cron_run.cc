#include "runtime/crons/cron_run.h"

#include "base/error.h"
#include "hooks/lifecycle/hook.h"

#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <thread>

namespace penstock {
namespace {

constexpr const char* kLog = "cron.log";
constexpr std::uintmax_t kLogLimit = std::uintmax_t{16} << 20;
constexpr ExitStatus kKilled{.code = 0, .signal = SIGKILL};

// One file of the past is enough.
void limit_log(const std::filesystem::path& log) {
  std::error_code absent;
  const auto size = std::filesystem::file_size(log, absent);
  if (!absent && size > kLogLimit) std::filesystem::rename(log, log.string() + ".1");
}

// Ends the command of a cron when it is time to.
class Ending {
 public:
  Ending(const CronRun& run, const std::stop_token& cancelled, const std::stop_token& asked)
      : run_(run), cancelled_(cancelled), asked_(asked) {}

  // Until the command is over.
  void watch(const std::stop_token& over) {
    const auto wake = [this] {
      const std::lock_guard turn(mutex_);
      changed_.notify_all();
    };
    const std::stop_callback on_cancel(cancelled_, wake);
    const std::stop_callback on_ask(asked_, wake);
    wait(over, run_.cron.timeout, [this] { return cancelled_.stop_requested() || asked_.stop_requested(); });
    if (over.stop_requested()) return;
    reason_ = reason_now();
    const std::jthread asking([this](const std::stop_token& enough) { ask(enough); });
    wait(over, run_.cron.shutdown_timeout, [] { return false; });
    if (!over.stop_requested()) kill.request_stop();
  }

  CronResult::End reason() const { return reason_; }

  std::stop_source terminate;
  std::stop_source kill;

 private:
  template <typename Condition>
  void wait(const std::stop_token& over, std::chrono::seconds limit, const Condition& condition) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, over, limit, condition);
  }

  CronResult::End reason_now() const {
    if (cancelled_.stop_requested()) return CronResult::End::Cancelled;
    return asked_.stop_requested() ? CronResult::End::Asked : CronResult::End::TimedOut;
  }

  void ask(const std::stop_token& enough) {
    try {
      run_.output.line("W: The cron is asked to end.");
      if (run_.cron.stop.empty()) {
        terminate.request_stop();
      } else {
        run_.containers.hook(run_.application, run_.cron.stop, kLog).run(run_.output, enough);
      }
    } catch (const std::exception& error) {
      run_.output.line(std::string("W: Its stop command: ") + error.what());
    }
  }

  const CronRun& run_;
  const std::stop_token cancelled_;
  const std::stop_token asked_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  CronResult::End reason_ = CronResult::End::Finished;  // by watch(), for after its end
};

ExitStatus run_command(const lifecycle::Hook& hook, OutputSink& output, const std::stop_token& kill) {
  try {
    return hook.run(output, kill);
  } catch (const Cancelled&) {
    output.line("W: It did not, and was killed.");
    return kKilled;
  }
}

}  // namespace

CronResult CronRun::run(const std::stop_token& cancelled, const std::stop_token& asked) const {
  Ending ending(*this, cancelled, asked);
  lifecycle::Hook command = containers.hook(application, cron.start, kLog);
  command.terminate = ending.terminate.get_token();
  limit_log(command.log);
  CronResult result;
  {
    const std::jthread watcher([&ending](const std::stop_token& over) { ending.watch(over); });
    result.status = run_command(command, output, ending.kill.get_token());
  }
  result.end = ending.reason();
  return result;
}

}  // namespace penstock
