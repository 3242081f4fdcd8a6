#include "runtime/services/service_container.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "container/engine.h"
#include "runtime/connection_probe.h"
#include "runtime/deployer_context.h"
#include "runtime/services/service_credentials.h"
#include "runtime/volumes/volume_pool.h"
#include "service/service_definitions.h"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace penstock {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr const char* kDataInside = "/mnt/data";
constexpr const char* kTemporary = "/tmp";
constexpr std::chrono::nanoseconds kStartLimit = 120s;
constexpr std::chrono::seconds kScriptLimit = 120s;
constexpr std::size_t kNameShown = 20;
constexpr std::size_t kLinesShown = 20;
constexpr std::size_t kWordsShown = 2000;

std::vector<std::string> command(const std::string& script) {
  return {"/bin/dash", "-e", "-c", script, "dash"};
}

// "properties.max_allowed_packet" -> "OPTION_PROPERTIES_MAX_ALLOWED_PACKET".
std::string variable_of(const std::string& option) {
  std::string name = "OPTION_" + option;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_'; });
  return name;
}

std::string fingerprint(const ContainerSpec& spec) {
  Sha256 digest;
  digest.field(spec.rootfs.string());
  for (const std::string& word : spec.argv) digest.field(word);
  for (const std::string& variable : spec.environment) digest.field(variable);
  for (const Mount& mount : spec.mounts) digest.field(mount.source.string()).field(mount.target.string());
  digest.field(fmt::format("{} {} {}", spec.limits.cpus, spec.limits.memory_bytes, spec.limits.pids));
  return digest.hex().substr(0, 16);
}

}  // namespace

ServiceContainer::ServiceContainer(const DeployerContext& context, const Environment& environment,
                                   const config::Service& service, const Limits& limits)
    : context_(context),
      environment_(environment),
      service_(service),
      definition_(context.parts.services.get(service.type)),
      setup_(config::setup_of(service, definition_.rules)),
      id_(service_container_id(environment, service.name)),
      limits_(limits) {}

ContainerSpec ServiceContainer::spec(const Image& image) const {
  ContainerSpec spec{
      .id = id_,
      .rootfs = image.rootfs,
      .mounts = {},
      .argv = command(definition_.start),
      .environment = environment_variables(),
      .directory = kTemporary,
      .hostname = service_.name,
      .hosts = {},
      .limits = limits_,
      .peers = {},
      .labels = {{"project", environment_.project}, {"environment", environment_.name}, {"service", service_.name}}};
  if (definition_.keeps_data) {
    spec.mounts.push_back(Mount::bind(service_data(context_, environment_, service_.name), kDataInside));
  }
  spec.labels["spec"] = fingerprint(spec);
  return spec;
}

std::vector<std::string> ServiceContainer::environment_variables() const {
  const std::string data = definition_.keeps_data ? kDataInside : kTemporary;
  std::vector<std::string> variables{"DATA=" + data, "HOME=" + data, fmt::format("PORT={}", definition_.port),
                                     fmt::format("MEMORY_MB={}", limits_.memory_bytes >> 20)};
  for (const auto& [option, value] : setup_.options) variables.push_back(variable_of(option) + "=" + value);
  return variables;
}

void ServiceContainer::wait_until_ready(OutputSink& output, const std::stop_token& stop) const {
  const Stopwatch waited;
  CapturingSink words;
  for (;;) {
    const auto state = context_.parts.engine.find(id_);
    if (!state) give_up(output, "its container is gone");
    if (!state->running) {
      give_up(output, fmt::format("its container ended with {}{}", state->exit_status.value_or(ExitStatus{}).describe(),
                                  state->out_of_memory ? ", out of memory" : ""));
    }
    if (accepts_connection(state->address, definition_.port) &&
        (definition_.ready.empty() || exec(definition_.ready, "", words, stop).success())) {
      return;
    }
    if (stop.stop_requested()) throw Cancelled("stopped while service " + service_.name + " was starting");
    if (waited.elapsed() > kStartLimit) {
      give_up(output, fmt::format("it does not answer after {}", human_duration(kStartLimit)));
    }
    std::this_thread::sleep_for(waited.elapsed() < 1s ? 10ms : 50ms);
  }
}

std::string ServiceContainer::configuration_input(const std::string& more) const {
  std::string lines;
  for (const std::string& database : setup_.databases) lines += fmt::format("database\t{}\n", database);
  for (const auto& [name, endpoint] : setup_.endpoints) {
    if (endpoint.username.empty()) continue;
    lines += fmt::format("user\t{}\t{}\n", endpoint.username,
                         service_password(context_, environment_, service_.name, endpoint.username));
    for (const auto& [database, level] : endpoint.privileges) {
      lines += fmt::format("grant\t{}\t{}\t{}\n", endpoint.username, database, level);
    }
  }
  return lines + more;
}

void ServiceContainer::run(const std::string& script, const std::string& input, const std::stop_token& stop) const {
  CapturingSink output;
  const ExitStatus status = exec(script, input, output, stop);
  if (status.success()) return;
  std::string words = without_passwords(output.text());
  words.erase(words.find_last_not_of('\n') + 1);
  if (words.size() > kWordsShown) words.erase(0, words.size() - kWordsShown);
  throw UserError(
      fmt::format("cannot configure service {}: {}", service_.name, words.empty() ? status.describe() : words));
}

std::string ServiceContainer::without_passwords(std::string text) const {
  for (const auto& [name, endpoint] : setup_.endpoints) {
    if (endpoint.username.empty()) continue;
    const std::string password = service_password(context_, environment_, service_.name, endpoint.username);
    for (std::size_t at; (at = text.find(password)) != std::string::npos;) text.replace(at, password.size(), "***");
  }
  return text;
}

ExitStatus ServiceContainer::exec(const std::string& script, const std::string& input, OutputSink& output,
                                  const std::stop_token& stop) const {
  return context_.parts.engine.exec(
      id_, {.argv = command(script), .environment = environment_variables(), .directory = kTemporary},
      {.out = output, .err = output, .timeout = kScriptLimit, .stop = stop, .input = input});
}

void ServiceContainer::give_up(OutputSink& output, const std::string& why) const {
  const std::vector<std::string> lines = context_.parts.engine.tail(id_, kLinesShown);
  if (!lines.empty()) output.line("W: The last output of " + service_.name + ":");
  for (const std::string& line : lines) output.line("  " + line);
  throw UserError(fmt::format("service {} did not start: {}", service_.name, why));
}

std::string service_container_id(const Environment& environment, const std::string& service) {
  std::string shown = service.substr(0, kNameShown);
  std::replace(shown.begin(), shown.end(), '_', '-');
  if (shown != service) shown = shown.substr(0, kNameShown - 7) + "-" + sha256_hex(service).substr(0, 6);
  return environment.key() + "-s-" + shown;
}

fs::path service_data(const DeployerContext& context, const Environment& environment, const std::string& service) {
  const fs::path all = context.parts.volumes.open(environment.key()) / "service";
  fs::create_directory(all);
  fs::path data = all / service;
  if (::mkdir(data.c_str(), 0700) != 0 && errno != EEXIST) throw SystemError("create " + data.string());
  if (::chown(data.c_str(), kAppUid, kAppGid) != 0) throw SystemError("give away " + data.string());
  return data;
}

}  // namespace penstock
