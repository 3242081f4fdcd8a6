#include "container/oci_runtime.h"

#include "base/error.h"
#include "base/file.h"
#include "base/id.h"
#include "base/log.h"
#include "base/process.h"
#include "container/oci_bundle.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace fs = std::filesystem;

namespace penstock {
namespace {

// crun refuses a machine where both versions of control groups are mounted. It need not see the second: it is told to
// leave control groups alone, which also spares most of the time that it takes.
constexpr const char* kHybridMount = "/sys/fs/cgroup/unified";

bool is_crun(const std::string& program) {
  return fs::path(program).filename() == "crun";
}

// What penstock-enter says when it is given nothing to do.
constexpr int kUsageStatus = 64;

// A root with nothing but penstock-enter, which needs nothing else.
ContainerSpec make_trial(const fs::path& directory, const fs::path& enter) {
  ContainerSpec spec;
  spec.id = "penstock-trial-" + random_id(8);
  spec.rootfs = directory / "root";
  spec.argv = {"/enter"};
  spec.directory = "/";
  for (const char* name : {"proc", "sys", "dev"}) fs::create_directories(spec.rootfs / name);
  fs::copy_file(enter, spec.rootfs / "enter");
  const BundleInputs inputs{
      .spec = spec, .network_namespace = "/proc/self/ns/net", .cgroup = "/" + spec.id, .mounts = {}};
  replace_file(directory / "config.json", oci_configuration(inputs).dump());
  return spec;
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

std::string last_words(const fs::path& log) {
  return fs::exists(log) ? last_line(read_file(log)) : "";
}

OciRuntime OciRuntime::detect(const OciRuntimeSettings& settings) {
  std::vector<std::string> candidates{"crun", "runc"};
  if (!settings.program.empty()) candidates = {settings.program};
  fs::create_directories(settings.root);
  // Below /run, so it is forgotten when the machine boots another kernel.
  const fs::path cache = settings.root / "works";
  const std::string known = fs::exists(cache) ? read_file(cache) : "";
  if (std::find(candidates.begin(), candidates.end(), known) != candidates.end()) return {known, settings};
  std::string reasons;
  for (const std::string& candidate : candidates) {
    OciRuntime runtime(candidate, settings);
    const std::string reason = runtime.try_out();
    if (reason.empty()) {
      log_of("container")->info("runtime={}", candidate);
      replace_file(cache, candidate);
      return runtime;
    }
    reasons += fmt::format("; {}: {}", candidate, reason);
  }
  throw Error("cannot run containers on this machine" + reasons);
}

OciRuntime::OciRuntime(std::string program, const OciRuntimeSettings& settings)
    : program_(std::move(program)),
      places_processes_(!is_crun(program_)),
      enter_(settings.enter),
      root_(settings.root) {
  if (is_crun(program_) && fs::exists(kHybridMount)) hidden_ = kHybridMount;
}

std::vector<std::string> OciRuntime::command(const Entrance& entrance, const fs::path& log,
                                             const std::vector<std::string>& verb) const {
  std::vector<std::string> argv{enter_.string()};
  if (!places_processes_) {
    for (const fs::path& file : entrance.join) argv.insert(argv.end(), {"--join", file.string()});
  }
  for (const auto& [source, place] : entrance.binds) {
    argv.insert(argv.end(), {"--bind", source.string(), place.string()});
  }
  if (!hidden_.empty()) argv.insert(argv.end(), {"--hide", hidden_.string()});
  argv.insert(argv.end(), {"--", program_, "--root", root_.string(), "--log", log.string()});
  if (is_crun(program_)) argv.emplace_back("--cgroup-manager=disabled");
  argv.insert(argv.end(), verb.begin(), verb.end());
  return argv;
}

void OciRuntime::forget(const std::string& id) const {
  remove_tree(root_ / id);
}

std::string OciRuntime::try_out() const {
  const TemporaryDirectory directory(root_);
  const fs::path log = directory.path() / "log";
  const ContainerSpec spec = make_trial(directory.path(), enter_);
  CommandOptions options;
  options.process.argv = command({}, log, {"run", "--bundle", directory.path().string(), spec.id});
  options.timeout = std::chrono::seconds(30);
  const CommandResult result = run_command(options);
  if (result.status.shell_code() == kUsageStatus) return {};
  forget(spec.id);
  const std::string reason = last_words(log);
  return reason.empty() ? last_line(result.err) : reason;
}

}  // namespace penstock
