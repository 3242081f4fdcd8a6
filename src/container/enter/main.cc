// penstock-enter [--join FILE]… [--bind SOURCE PLACE]… [--hide DIRECTORY]… -- PROGRAM [ARGUMENT]…
//
// Becomes PROGRAM, in the control groups whose cgroup.procs files are given, and in a view of the file system of its
// own, with each SOURCE mounted at its PLACE and without the mounted DIRECTORYs. Linked statically: it starts in well
// under a millisecond.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

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

// A mount of ours, not yet anywhere. Taken while the source can still be reached: from a view of the file system of
// its own it no longer can.
int take(const char* source) {
  const int tree = ::open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) fail("open", source);
  return tree;
}

// Mounts of the host still arrive in the new view, where it shares them; ours never reach the host.
void make_own_view() {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("", "/", nullptr, MS_SLAVE | MS_REC, nullptr) != 0) {
    fail("leave", "the file system of the host");
  }
}

void put(int tree, const char* place) {
  if (::move_mount(tree, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH) != 0) fail("mount", place);
}

void hide(const char* directory) {
  if (::umount2(directory, MNT_DETACH) != 0) fail("hide", directory);
}

struct Bind {
  int tree;
  const char* place;
};

// Empty when the arguments make no sense.
struct Arguments {
  std::vector<const char*> join;
  std::vector<const char*> hide;
  std::vector<Bind> binds;
  char** program = nullptr;

  static Arguments parse(char** next) {
    Arguments result;
    for (; *next != nullptr && std::string_view(*next) != "--"; ++next) {
      const std::string_view option = *next;
      if (next[1] == nullptr) return {};
      if (option == "--join") {
        result.join.push_back(*++next);
      } else if (option == "--hide") {
        result.hide.push_back(*++next);
      } else if (option == "--bind" && next[2] != nullptr) {
        result.binds.push_back({take(next[1]), next[2]});
        next += 2;
      } else {
        return {};
      }
    }
    if (*next != nullptr && next[1] != nullptr) result.program = next + 1;
    return result;
  }
};

}  // namespace

int main(int, char** argv) {
  const Arguments arguments = Arguments::parse(argv + 1);
  if (arguments.program == nullptr) {
    std::fputs("usage: penstock-enter [--join FILE]... [--bind SOURCE PLACE]... [--hide DIRECTORY]... -- PROGRAM...\n",
               stderr);
    return kUsageStatus;
  }
  for (const char* file : arguments.join) join(file);
  if (!arguments.hide.empty() || !arguments.binds.empty()) make_own_view();
  for (const Bind& bind : arguments.binds) put(bind.tree, bind.place);
  for (const char* directory : arguments.hide) hide(directory);
  ::execvp(*arguments.program, arguments.program);
  fail("run", *arguments.program);
}
