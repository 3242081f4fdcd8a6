// penstock-enter [--join FILE]… [--hide DIRECTORY]… -- PROGRAM [ARGUMENT]…
//
// Becomes PROGRAM, in the control groups whose cgroup.procs files are given, and in a view of the file system of its
// own without the mounted DIRECTORYs. Linked statically: it starts in well under a millisecond.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace {

constexpr int kUsageStatus = 64;
constexpr int kFailedStatus = 125;

[[noreturn]] void fail(const char* action, const char* name) {
  std::fprintf(stderr, "penstock-enter: cannot %s %s: %s\n", action, name, std::strerror(errno));
  ::_exit(kFailedStatus);
}

void join(const char* file) {
  const int fd = ::open(file, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || ::write(fd, "0", 1) != 1) fail("join", file);
  ::close(fd);
}

void hide(const char* directory) {
  // Mounts of the host still arrive in the new view, where it shares them; ours never reach the host.
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("", "/", nullptr, MS_SLAVE | MS_REC, nullptr) != 0 ||
      ::umount2(directory, MNT_DETACH) != 0) {
    fail("hide", directory);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int next = 1;
  for (; next + 1 < argc && std::string_view(argv[next]) != "--"; next += 2) {
    const std::string_view option = argv[next];
    if (option == "--join") {
      join(argv[next + 1]);
    } else if (option == "--hide") {
      hide(argv[next + 1]);
    } else {
      break;
    }
  }
  if (next + 1 >= argc || std::string_view(argv[next]) != "--") {
    std::fputs("usage: penstock-enter [--join FILE]... [--hide DIRECTORY]... -- PROGRAM [ARGUMENT]...\n", stderr);
    return kUsageStatus;
  }
  ::execvp(argv[next + 1], argv + next + 1);
  fail("run", argv[next + 1]);
}
