#include "container/process_identity.h"

#include "base/error.h"
#include "base/file.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>

#include <optional>
#include <sstream>

namespace penstock {
namespace {

const std::string& current_boot_id() {
  static const std::string id = [] {
    std::string text = read_file("/proc/sys/kernel/random/boot_id");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }();
  return id;
}

// Field 22 of /proc/PID/stat. The name in field 2 may hold anything, so counting starts behind its last parenthesis.
std::optional<std::uint64_t> start_time_of(pid_t pid) {
  const std::filesystem::path path = fmt::format("/proc/{}/stat", pid);
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text(4096, '\0');
  const ssize_t got = file ? ::read(file.get(), text.data(), text.size()) : -1;
  if (got <= 0) return std::nullopt;
  text.resize(static_cast<std::size_t>(got));
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  std::uint64_t start_time = 0;
  fields >> start_time;
  return start_time;
}

}  // namespace

ProcessIdentity ProcessIdentity::of(pid_t pid) {
  const std::optional<std::uint64_t> start_time = start_time_of(pid);
  if (!start_time) throw Error(fmt::format("process {} is gone", pid));
  return {.pid = pid, .start_time = *start_time, .boot_id = current_boot_id()};
}

ProcessIdentity ProcessIdentity::from_json(const Json& json) {
  return {.pid = json.at("pid").get<pid_t>(),
          .start_time = json.at("start_time").get<std::uint64_t>(),
          .boot_id = json.at("boot_id").get<std::string>()};
}

Json ProcessIdentity::to_json() const {
  return {{"pid", pid}, {"start_time", start_time}, {"boot_id", boot_id}};
}

Fd ProcessIdentity::open() const {
  if (pid <= 0 || boot_id != current_boot_id()) return {};
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  // Compared after opening: the number cannot be given to another process while the descriptor is open.
  if (!pidfd || start_time_of(pid) != start_time) return {};
  // It may have ended and wait for a parent to ask how.
  pollfd ended{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ended, 1, 0) != 0) return {};
  return pidfd;
}

}  // namespace penstock
