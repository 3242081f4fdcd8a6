#include "container/container_files.h"

#include "base/file.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <sstream>

namespace fs = std::filesystem;

namespace penstock {
namespace {

constexpr int kSignalBase = 128;
constexpr int kLastSignal = 64;

Json identity_json(const std::optional<ProcessIdentity>& identity) {
  return identity ? identity->to_json() : Json();
}

std::optional<ProcessIdentity> identity_from(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return ProcessIdentity::from_json(json);
}

// The code as a shell counts it, taken apart again.
ExitStatus from_shell_code(int code) {
  if (code > kSignalBase && code <= kSignalBase + kLastSignal) return {.code = 0, .signal = code - kSignalBase};
  return {.code = code, .signal = 0};
}

// A small regular file in a directory where others may put links and pipes.
std::string read_untrusted(const fs::path& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  std::array<char, 256> buffer{};
  const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
  return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

}  // namespace

std::optional<ContainerRecord> ContainerRecord::read(const ContainerFiles& files) {
  if (!fs::exists(files.record())) return std::nullopt;
  const Json json = Json::parse(read_file(files.record()), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return ContainerRecord{.address = json.at("address").get<std::string>(),
                         .labels = json.at("labels").get<std::map<std::string, std::string>>(),
                         .foreground = json.at("foreground").get<bool>(),
                         .process = identity_from(json.at("process")),
                         .monitor = identity_from(json.at("monitor"))};
}

void ContainerRecord::write(const ContainerFiles& files) const {
  const Json json = {{"address", address},
                     {"labels", labels},
                     {"foreground", foreground},
                     {"process", identity_json(process)},
                     {"monitor", identity_json(monitor)}};
  replace_file(files.record(), json.dump(2) + "\n", 0600);
}

std::optional<ExitStatus> read_exit_status(const ContainerFiles& files, const std::string& id) {
  std::istringstream text(read_untrusted(files.exit_directory() / id));
  int code = 0;
  if (!(text >> code)) return std::nullopt;
  return from_shell_code(code);
}

SupervisorState read_supervisor_state(const ContainerFiles& files) {
  std::istringstream text(read_untrusted(files.supervisor_state()));
  SupervisorState state;
  int last_exit = -1;
  std::int64_t running_since = -1;
  if (!(text >> state.pre_start_done >> state.starts >> last_exit)) return {};
  if (last_exit >= 0) state.last_exit = from_shell_code(last_exit);
  if (text >> running_since && running_since >= 0) {
    state.running_since = SteadyClock::time_point(std::chrono::milliseconds(running_since));
  }
  return state;
}

}  // namespace penstock
