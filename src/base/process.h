// Child processes: an argument vector (never a shell line), an explicit environment, a process group of their own.
#pragma once

#include "base/handle.h"
#include "base/output_sink.h"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// How a process ended.
struct ExitStatus {
  int code = 0;    // of exit(), when `signal` is 0
  int signal = 0;  // that ended it, or 0

  bool success() const { return code == 0 && signal == 0; }
  // As a shell counts: the code, or 128 plus the signal.
  int shell_code() const { return signal != 0 ? 128 + signal : code; }
  // "status code 1" or "signal 9 (Killed)".
  std::string describe() const;
};

struct ProcessOptions {
  std::vector<std::string> argv;                        // argv[0] is looked up in PATH
  std::optional<std::vector<std::string>> environment;  // "NAME=value"; none: a copy of ours
  std::filesystem::path directory;                      // empty: ours
  std::optional<std::pair<uid_t, gid_t>> user;          // also drops supplementary groups
  int stdin_fd = -1;                                    // borrowed; -1: /dev/null
  int stdout_fd = -1;
  int stderr_fd = -1;
  std::vector<int> inherited_fds;  // kept open under the same number
  bool keep_running = false;       // outlives the Process and us: a daemon of its own
};

// A running child. Throws SystemError when it cannot be started, also when exec fails. The destructor kills the whole
// process group and reaps, unless `keep_running`. Not thread safe, but for signal_group().
class Process {
 public:
  explicit Process(const ProcessOptions& options);
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }
  // Readable once the process has ended. For poll().
  int pidfd() const { return pidfd_.get(); }

  ExitStatus wait();
  // Empty when it still runs after `timeout`.
  std::optional<ExitStatus> wait_for(std::chrono::milliseconds timeout);
  void signal_group(int signal) const;

 private:
  pid_t pid_ = -1;
  Fd pidfd_;
  bool keep_running_ = false;
  std::optional<ExitStatus> status_;
};

struct CommandResult {
  ExitStatus status;
  std::string out;  // standard output, when no sink took it
  std::string err;
};

struct CommandOptions {
  ProcessOptions process;     // stdin_fd, stdout_fd and stderr_fd are ignored
  std::string_view input;     // written to standard input
  OutputSink* out = nullptr;  // none: collected into CommandResult::out
  OutputSink* err = nullptr;  // none: collected into CommandResult::err
  std::optional<std::chrono::milliseconds> timeout;
  std::stop_token stop;                              // a request kills the group and throws Cancelled
  std::size_t output_limit = std::size_t{16} << 20;  // bytes collected; more is dropped
};

// Runs to the end, passing output on as it comes. Throws Error when `timeout` passes, Cancelled when stopped; both
// leave no process behind.
CommandResult run_command(const CommandOptions& options);

// Runs and throws Error, quoting the last line of standard error, unless the status is 0. Returns standard output.
std::string run_checked(std::vector<std::string> argv, std::string_view input = {});

// A pipe, both ends close-on-exec.
struct Pipe {
  Pipe();
  Fd read;
  Fd write;
};

}  // namespace penstock
