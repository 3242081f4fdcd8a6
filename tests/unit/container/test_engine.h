// A LocalEngine of its own in temporary directories, and everything it made removed at the end.
#pragma once

#include "base/file.h"
#include "base/id.h"
#include "base/json.h"
#include "base/output_sink.h"
#include "base/process.h"
#include "container/local_engine.h"
#include "image/image_store.h"

#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace penstock::test {

// The smallest image, made once per machine.
inline const Image& static_image() {
  static const Image image = [] {
    CapturingSink progress;
    return ImageStore("/var/cache/penstock/images", Catalogue::builtin()).resolve("static:1", progress);
  }();
  return image;
}

class TestEngine {
 public:
  TestEngine() { restart(); }
  ~TestEngine() {
    for (const InstanceState& state : engine_->list()) engine_->remove(state.id);
    engine_.reset();
    run_command({.process = {.argv = {"nft", "delete", "table", "inet", "penstock_" + settings_.prefix}}});
  }

  Engine& operator*() { return *engine_; }
  Engine* operator->() { return engine_.get(); }
  // As after a crash of penstockd: a new engine on what the old one left.
  void restart() { engine_ = std::make_unique<LocalEngine>(settings_); }

  const LocalEngineSettings& settings() const { return settings_; }

  static ContainerSpec spec(std::vector<std::string> argv) {
    ContainerSpec spec;
    spec.id = random_id(8);
    spec.rootfs = static_image().rootfs;
    spec.argv = std::move(argv);
    return spec;
  }
  static ContainerSpec shell(const std::string& script) { return spec({"/bin/sh", "-c", script}); }

  // How the script ended, and what it wrote to both streams.
  struct Outcome {
    ExitStatus status;
    std::string out;
    std::string err;
  };
  Outcome run(const ContainerSpec& container) {
    CapturingSink out;
    CapturingSink err;
    const ExitStatus status = engine_->run(container, {.out = out, .err = err, .timeout = {}, .stop = {}});
    return {status, out.text(), err.text()};
  }
  Outcome run(const std::string& script) { return run(shell(script)); }
  Outcome exec(const std::string& id, const std::string& script) {
    CapturingSink out;
    CapturingSink err;
    const ExitStatus status =
        engine_->exec(id, {.argv = {"/bin/sh", "-c", script}, .environment = {}, .directory = "/"},
                      {.out = out, .err = err, .timeout = {}, .stop = {}});
    return {status, out.text(), err.text()};
  }

  // SIGKILL to what the container's record calls "process" or "monitor".
  void kill(const std::string& id, const std::string& who) const {
    const Json record = Json::parse(read_file(settings_.directory / id / "container.json"));
    ::kill(record.at(who).at("pid").get<pid_t>(), SIGKILL);
  }

  // How many connections between containers are allowed.
  long allowed() const {
    const std::filesystem::directory_iterator files(settings_.directory / ".allowed");
    return std::distance(begin(files), end(files));
  }

  // Names that this engine has in the kernel: control groups, network devices.
  std::vector<std::string> traces() const {
    namespace fs = std::filesystem;
    std::vector<std::string> found;
    for (const fs::directory_entry& root : fs::directory_iterator("/sys/fs/cgroup")) {
      const std::string name = "penstock-" + settings_.prefix;
      if (root.path().filename() == name || fs::exists(root.path() / name)) found.push_back(root.path());
    }
    for (const fs::directory_entry& device : fs::directory_iterator("/sys/class/net")) {
      const std::string name = device.path().filename();
      if (name.starts_with(settings_.prefix + "-")) found.push_back(name);
    }
    for (const fs::directory_entry& claim : fs::directory_iterator(settings_.directory / ".addresses")) {
      found.push_back(claim.path());
    }
    return found;
  }

 private:
  TemporaryDirectory directory_;
  const unsigned network_ = static_cast<unsigned>(std::random_device{}() % 250);
  LocalEngineSettings settings_{
      .directory = directory_.path() / "containers",
      .run_directory = directory_.path() / "run",
      .prefix = random_id(5),
      .address_pool = "10.198." + std::to_string(network_) + ".0/24",
      .runtime = std::getenv("PENSTOCK_RUNTIME") != nullptr ? std::getenv("PENSTOCK_RUNTIME") : "",
      .programs = PENSTOCK_PROGRAMS,
      .log_size_max = 64 << 10};
  std::unique_ptr<LocalEngine> engine_;
};

}  // namespace penstock::test
