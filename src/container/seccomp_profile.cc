#include "container/seccomp_profile.h"

#include <nlohmann/json.hpp>

#include <linux/btrfs.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include <cerrno>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace penstock {
namespace {

constexpr const char* kAllowed =
    "accept accept4 access adjtimex alarm arch_prctl bind brk capget capset chdir chmod chown clock_adjtime "
    "clock_getres clock_gettime clock_nanosleep close close_range connect copy_file_range creat dup dup2 dup3 "
    "epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 execve execveat "
    "exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat "
    "fcntl fdatasync fgetxattr flistxattr flock fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex "
    "futex_waitv futimesat get_mempolicy get_robust_list get_thread_area getcpu getcwd getdents getdents64 "
    "getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom "
    "getresgid getresuid getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr "
    "inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents "
    "io_pgetevents io_setup io_submit ioprio_get ioprio_set kill landlock_add_rule landlock_create_ruleset "
    "landlock_restrict_self lchown lgetxattr link linkat listen listxattr llistxattr lremovexattr lseek lsetxattr "
    "lstat madvise mbind membarrier memfd_create mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap "
    "mprotect mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink mremap msgctl msgget msgrcv "
    "msgsnd msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat open openat openat2 pause "
    "pidfd_getfd pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll prctl "
    "pread64 preadv preadv2 prlimit64 process_mrelease process_vm_readv process_vm_writev pselect6 ptrace "
    "pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg "
    "remap_file_pages removexattr rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending "
    "rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo "
    "sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam "
    "sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler "
    "sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg sendmsg sendto set_mempolicy "
    "set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid setgroups setitimer setpgid "
    "setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt setuid setxattr shmat shmctl "
    "shmdt shmget shutdown sigaltstack signalfd signalfd4 socketpair splice stat statfs statx symlink symlinkat "
    "sync sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime "
    "timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill truncate umask uname unlink "
    "unlinkat utime utimensat utimes vfork vmsplice wait4 waitid write writev";

constexpr const char* kRefused =
    "acct add_key bpf chroot clock_settime delete_module fanotify_init finit_module fsconfig fsmount fsopen "
    "fspick init_module ioperm iopl kcmp kexec_file_load kexec_load keyctl mount mount_setattr move_mount "
    "open_by_handle_at open_tree perf_event_open pivot_root quotactl reboot request_key setdomainname sethostname "
    "setns settimeofday swapoff swapon syslog umount2 unshare userfaultfd vhangup";

// Everything that would put the new process into other namespaces than its parent's.
constexpr unsigned kNamespaceFlags =
    CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;

std::vector<std::string> words(const char* text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

Json allow_when(const char* name, const Json& condition) {
  return {{"names", {name}}, {"action", "SCMP_ACT_ALLOW"}, {"args", Json::array({condition})}};
}

Json first_argument_is(unsigned value) {
  return {{"index", 0}, {"value", value}, {"op", "SCMP_CMP_EQ"}};
}

// All but what btrfs alone knows: a subvolume that an application makes inside its volume would be in no snapshot.
// Rules cannot say "other than", so there is one for each bit of the type that differs.
void add_ioctl_rules(Json& rules) {
  for (unsigned bit = 1U << _IOC_TYPESHIFT; bit < 1U << _IOC_SIZESHIFT; bit <<= 1) {
    const unsigned other = ~(unsigned{BTRFS_IOCTL_MAGIC} << _IOC_TYPESHIFT) & bit;
    rules.push_back(
        allow_when("ioctl", {{"index", 1}, {"value", bit}, {"valueTwo", other}, {"op", "SCMP_CMP_MASKED_EQ"}}));
  }
  for (const unsigned long command : {FICLONE, FICLONERANGE, FIDEDUPERANGE}) {
    rules.push_back(allow_when("ioctl", {{"index", 1}, {"value", command}, {"op", "SCMP_CMP_EQ"}}));
  }
}

Json conditional_rules() {
  Json rules = Json::array();
  rules.push_back(
      allow_when("clone", {{"index", 0}, {"value", kNamespaceFlags}, {"valueTwo", 0}, {"op", "SCMP_CMP_MASKED_EQ"}}));
  // Not AF_VSOCK, AF_ALG and the rest: they lead to the machine below or to code that rarely runs.
  for (const unsigned family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}) {
    rules.push_back(allow_when("socket", first_argument_is(family)));
  }
  for (const unsigned persona : {0U, unsigned{PER_LINUX32}, unsigned{ADDR_NO_RANDOMIZE}, 0xffffffffU}) {
    rules.push_back(allow_when("personality", first_argument_is(persona)));
  }
  add_ioctl_rules(rules);
  return rules;
}

}  // namespace

Json seccomp_profile() {
  Json rules = conditional_rules();
  rules.push_back({{"names", words(kAllowed)}, {"action", "SCMP_ACT_ALLOW"}});
  rules.push_back({{"names", words(kRefused)}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", EPERM}});
  // Only for the machine's own architecture: the calls of all others are refused.
  return {{"defaultAction", "SCMP_ACT_ERRNO"}, {"defaultErrnoRet", ENOSYS}, {"syscalls", rules}};
}

}  // namespace penstock
