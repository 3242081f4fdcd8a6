#include "base/process.h"

#include "base/error.h"
#include "base/file.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it undeclared

namespace penstock {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

// Everything the child needs after fork(), prepared before it: only async-signal-safe calls may follow.
struct ChildPlan {
  const ProcessOptions& options;
  std::vector<char*> argv;
  std::vector<char*> environment;
  int report = -1;  // takes errno when something fails

  explicit ChildPlan(const ProcessOptions& from) : options(from), argv(pointers(from.argv)) {
    if (from.environment) environment = pointers(*from.environment);
  }
};

[[noreturn]] void child_failed(const ChildPlan& plan) {
  const int code = errno;
  [[maybe_unused]] const ssize_t ignored = ::write(plan.report, &code, sizeof code);
  ::_exit(127);
}

void connect_standard_streams(const ChildPlan& plan) {
  std::array<int, 3> sources{plan.options.stdin_fd, plan.options.stdout_fd, plan.options.stderr_fd};
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int& source : sources) {
    if (source < 0) source = null;
    // Out of the way of 0 to 2, so that no dup2() below overwrites a source still needed.
    source = ::fcntl(source, F_DUPFD_CLOEXEC, 3);
    if (source < 0) child_failed(plan);
  }
  for (int target = 0; target < 3; ++target) {
    if (::dup2(sources[static_cast<std::size_t>(target)], target) < 0) child_failed(plan);
  }
}

void reset_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGCHLD, SIGTERM, SIGINT, SIGHUP}) ::signal(number, SIG_DFL);
}

[[noreturn]] void run_child(const ChildPlan& plan) {
  reset_signals();
  if (plan.options.keep_running) {
    ::setsid();
  } else {
    ::setpgid(0, 0);
  }
  connect_standard_streams(plan);
  // Libraries open descriptors that survive exec. A listening socket that conmon kept would take the connections of the
  // next penstockd and never answer them.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int fd : plan.options.inherited_fds) ::fcntl(fd, F_SETFD, 0);
  if (plan.options.user) {
    const auto [uid, gid] = *plan.options.user;
    if (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0) child_failed(plan);
  }
  if (!plan.options.directory.empty() && ::chdir(plan.options.directory.c_str()) != 0) child_failed(plan);
  if (plan.options.environment) environ = const_cast<char**>(plan.environment.data());
  ::execvp(plan.argv[0], plan.argv.data());
  child_failed(plan);
}

ExitStatus decode(int status) {
  if (WIFSIGNALED(status)) return {.code = 0, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = 0};
}

// One end of a pipe that is being emptied.
struct Drain {
  Fd fd;
  OutputSink* sink;
  std::string* kept;

  // False at the end of the stream.
  bool read_some(std::size_t limit) {
    std::array<char, 1 << 16> buffer{};
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return true;
    if (got <= 0) return false;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
    if (sink != nullptr) {
      sink->write(text);
    } else if (kept->size() < limit) {
      kept->append(text.substr(0, limit - kept->size()));
    }
    return true;
  }
};

// Moves bytes between a child and us until both its outputs are closed, or time or the stop token ends it.
class Exchange {
 public:
  Exchange(const CommandOptions& options, Fd input, std::array<Drain, 2> drains)
      : options_(options),
        left_(options.input),
        input_(std::move(input)),
        drains_(std::move(drains)),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        on_stop_(options.stop, [this] { ::eventfd_write(wake_.get(), 1); }) {
    if (left_.empty()) {
      input_.reset();
    } else {
      ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
    }
    if (options.timeout) deadline_ = std::chrono::steady_clock::now() + *options.timeout;
  }

  void run(int pidfd) {
    bool ended = false;
    while (!ended || drains_[0].fd || drains_[1].fd) {
      std::array<pollfd, 5> polled{pollfd{drains_[0].fd.get(), POLLIN, 0}, pollfd{drains_[1].fd.get(), POLLIN, 0},
                                   pollfd{input_.get(), POLLOUT, 0}, pollfd{wake_.get(), POLLIN, 0},
                                   pollfd{ended ? -1 : pidfd, POLLIN, 0}};
      // Once the process itself has ended, what it left in the pipes is read, but nobody waits for a grandchild that
      // kept them open.
      const int ready = ::poll(polled.data(), polled.size(), ended ? 0 : remaining_ms());
      if (ready < 0 && errno != EINTR) throw SystemError("poll");
      if (options_.stop.stop_requested()) throw Cancelled(options_.process.argv[0] + " was cancelled");
      if (ready == 0 && ended) break;
      if (ready == 0) throw Error(timeout_message());
      for (std::size_t i = 0; i < drains_.size(); ++i) {
        if (polled[i].revents != 0 && !drains_[i].read_some(options_.output_limit)) drains_[i].fd.reset();
      }
      if (polled[2].revents != 0) feed();
      if (polled[4].revents != 0) ended = true;
    }
  }

 private:
  int remaining_ms() const {
    if (!deadline_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<long>(0, left.count()));
  }

  std::string timeout_message() const {
    return fmt::format("{} did not end within {} ms", options_.process.argv[0], options_.timeout->count());
  }

  void feed() {
    const ssize_t written = ::write(input_.get(), left_.data(), left_.size());
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (written > 0) left_.remove_prefix(static_cast<std::size_t>(written));
    // A child that does not read its input to the end may still succeed.
    if (written < 0 || left_.empty()) input_.reset();
  }

  const CommandOptions& options_;
  std::string_view left_;
  Fd input_;
  std::array<Drain, 2> drains_;
  Fd wake_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::stop_callback<std::function<void()>> on_stop_;
};

}  // namespace

std::string ExitStatus::describe() const {
  if (signal != 0) return fmt::format("signal {} ({})", signal, ::strsignal(signal));
  return fmt::format("status code {}", code);
}

Pipe::Pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw SystemError("create a pipe");
  read.reset(ends[0]);
  write.reset(ends[1]);
}

Process::Process(const ProcessOptions& options) : keep_running_(options.keep_running) {
  ChildPlan plan(options);
  Pipe report;
  plan.report = report.write.get();
  const pid_t pid = ::fork();
  if (pid < 0) throw SystemError("fork");
  if (pid == 0) run_child(plan);
  pid_ = pid;
  if (!keep_running_) ::setpgid(pid, pid);
  report.write.reset();
  int code = 0;
  if (::read(report.read.get(), &code, sizeof code) == sizeof code) {
    ::waitpid(pid, nullptr, 0);
    pid_ = -1;
    throw SystemError("run " + options.argv[0], code);
  }
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      keep_running_(other.keep_running_),
      status_(other.status_) {}

Process::~Process() {
  if (pid_ < 0 || status_) return;
  if (keep_running_) {
    // Reaped here when it has ended already; otherwise by init once we are gone.
    ::waitpid(pid_, nullptr, WNOHANG);
    return;
  }
  signal_group(SIGKILL);
  wait();
}

ExitStatus Process::wait() {
  if (status_) return *status_;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return *(status_ = ExitStatus{.code = 255, .signal = 0});
  }
  return *(status_ = decode(status));
}

std::optional<ExitStatus> Process::wait_for(std::chrono::milliseconds timeout) {
  if (status_) return status_;
  pollfd polled{pidfd_.get(), POLLIN, 0};
  if (::poll(&polled, 1, static_cast<int>(timeout.count())) <= 0) return std::nullopt;
  return wait();
}

void Process::signal_group(int signal) const {
  if (pid_ > 0) ::kill(-pid_, signal);
}

CommandResult run_command(const CommandOptions& options) {
  Pipe input;
  Pipe out;
  Pipe err;
  ProcessOptions process_options = options.process;
  process_options.stdin_fd = input.read.get();
  process_options.stdout_fd = out.write.get();
  process_options.stderr_fd = err.write.get();
  CommandResult result;
  Process process(process_options);
  input.read.reset();
  out.write.reset();
  err.write.reset();
  Exchange exchange(
      options, std::move(input.write),
      {Drain{std::move(out.read), options.out, &result.out}, Drain{std::move(err.read), options.err, &result.err}});
  exchange.run(process.pidfd());
  result.status = process.wait();
  return result;
}

std::string run_checked(std::vector<std::string> argv, std::string_view input) {
  CommandOptions options;
  options.process.argv = std::move(argv);
  options.input = input;
  CommandResult result = run_command(options);
  if (result.status.success()) return std::move(result.out);
  std::string_view text = result.err;
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  const std::size_t feed = text.rfind('\n');
  if (feed != std::string_view::npos) text.remove_prefix(feed + 1);
  throw Error(fmt::format("{} failed with {}: {}", options.process.argv[0], result.status.describe(), text));
}

}  // namespace penstock
