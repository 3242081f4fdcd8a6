// penstock-init STATE_FILE: process 1 of an application's container.
//
// Runs $PLATFORM_PRE_APP_COMMAND once, then $PLATFORM_APP_COMMAND again and again, with a pause that grows while it
// keeps ending soon. Reaps orphans, hands SIGTERM on, and keeps in STATE_FILE what it has done so far, as
// "<pre_start done: 0|1> <starts> <last exit as a shell counts, -1: none> <when the start command that runs began, in
// ms of the monotonic clock, -1: none runs>".
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace {

constexpr double kFirstPause = 0.1;
constexpr double kLongestPause = 10;
constexpr double kLongLife = 10;
constexpr double kNever = -1;
constexpr int kUsageStatus = 64;

// The application's own environment file is read by each command anew, as in its shells.
constexpr const char* kPreStartScript =
    "[ ! -f ./.environment ] || . ./.environment\neval \"$PLATFORM_PRE_APP_COMMAND\"";
constexpr const char* kStartScript = "[ ! -f ./.environment ] || . ./.environment\neval \"$PLATFORM_APP_COMMAND\"";

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

int shell_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool has_command(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

class Supervisor {
 public:
  explicit Supervisor(const char* state_file) : state_file_(state_file), next_file_(state_file_ + ".next") {
    ::sigemptyset(&signals_);
    for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH}) {
      ::sigaddset(&signals_, number);
    }
    ::sigprocmask(SIG_BLOCK, &signals_, &original_signals_);
  }

  // Returns the exit status of the container.
  int run() {
    if (has_command("PLATFORM_PRE_APP_COMMAND")) {
      const int code = run_to_end(kPreStartScript);
      if (stopping_ || code != 0) return give_up(code);
    }
    pre_start_done_ = true;
    if (!has_command("PLATFORM_APP_COMMAND")) return idle();
    return run_again_and_again();
  }

 private:
  int run_again_and_again() {
    double pause = 0;
    while (true) {
      ++starts_;
      const double begin = running_since_ = now();
      last_exit_ = run_to_end(kStartScript);
      running_since_ = kNever;
      write_state();
      if (stopping_) return last_exit_;
      if (now() - begin >= kLongLife) pause = 0;
      std::fprintf(stderr, "penstock: the start command ended with status code %d; starting it again in %.1f s\n",
                   last_exit_, pause);
      if (!wait_out(pause)) return last_exit_;
      pause = pause == 0 ? kFirstPause : std::min(2 * pause, kLongestPause);
    }
  }

  int give_up(int code) {
    last_exit_ = code;
    write_state();
    return code;
  }

  // An application without a start command: its container is there for its hooks.
  int idle() {
    write_state();
    while (!stopping_) handle_signal(::sigwaitinfo(&signals_, nullptr));
    return 0;
  }

  // Forks before the state is written: whoever reads of a start finds it under way.
  int run_to_end(const char* script) {
    child_ = ::fork();
    if (child_ == 0) become_shell(script);
    if (child_ < 0) return 1;
    session_ = child_;
    write_state();
    // When stopping, the shell ends at once; what it started may still be finishing its work.
    while (child_ > 0 || (stopping_ && has_children())) handle_signal(::sigwaitinfo(&signals_, nullptr));
    return child_exit_;
  }

  static bool has_children() {
    siginfo_t unused{};
    return ::waitid(P_ALL, 0, &unused, WEXITED | WNOHANG | WNOWAIT) == 0;
  }

  [[noreturn]] void become_shell(const char* script) {
    // A session of its own: a signal reaches the shell and all it started at once.
    ::setsid();
    ::sigprocmask(SIG_SETMASK, &original_signals_, nullptr);
    ::execl("/bin/dash", "dash", "-c", script, nullptr);
    std::fprintf(stderr, "penstock: cannot run /bin/dash: %s\n", std::strerror(errno));
    ::_exit(127);
  }

  // False when it was asked to stop meanwhile.
  bool wait_out(double seconds) {
    const double end = now() + seconds;
    for (double left = seconds; left > 0 && !stopping_; left = end - now()) {
      timespec timeout{};
      timeout.tv_sec = static_cast<time_t>(left);
      timeout.tv_nsec = static_cast<long>((left - static_cast<double>(timeout.tv_sec)) * 1e9);
      handle_signal(::sigtimedwait(&signals_, nullptr, &timeout));
    }
    return !stopping_;
  }

  void handle_signal(int number) {
    if (number == SIGCHLD) return reap();
    if (number <= 0) return;
    if (number == SIGTERM || number == SIGINT || number == SIGQUIT) stopping_ = true;
    if (session_ > 0) ::kill(-session_, number);
  }

  void reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid != child_) continue;
      child_exit_ = shell_code(status);
      child_ = -1;
    }
  }

  void write_state() const {
    FILE* file = std::fopen(next_file_.c_str(), "we");
    if (file == nullptr) return;
    std::fprintf(file, "%d %u %d %.0f\n", pre_start_done_ ? 1 : 0, starts_, last_exit_,
                 running_since_ < 0 ? running_since_ : running_since_ * 1000);
    std::fclose(file);
    std::rename(next_file_.c_str(), state_file_.c_str());
  }

  const std::string state_file_;
  const std::string next_file_;
  sigset_t signals_{};
  sigset_t original_signals_{};
  bool stopping_ = false;
  bool pre_start_done_ = false;
  unsigned starts_ = 0;
  int last_exit_ = -1;
  double running_since_ = kNever;
  pid_t child_ = -1;
  pid_t session_ = -1;  // of the last child: its process group outlives it when others are in it
  int child_exit_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: penstock-init STATE_FILE\n", stderr);
    return kUsageStatus;
  }
  return Supervisor(argv[1]).run();
}
