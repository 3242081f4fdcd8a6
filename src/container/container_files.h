// What is kept on disk of one container: <directory>/<id>/…
#pragma once

#include "container/engine.h"
#include "container/process_identity.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

struct ContainerFiles {
  std::filesystem::path root;

  std::filesystem::path record() const { return root / "container.json"; }
  std::filesystem::path configuration() const { return root / "config.json"; }  // the root is the OCI bundle
  std::filesystem::path log() const { return root / "log"; }
  std::filesystem::path runtime_log() const { return root / "runtime.log"; }
  std::filesystem::path monitor_pid() const { return root / "monitor.pid"; }
  std::filesystem::path exit_directory() const { return root / "exit"; }
  std::filesystem::path staged_mounts() const { return root / "mounts"; }
  std::filesystem::path started() const { return root / "started"; }
  std::filesystem::path supervisor_directory() const { return root / "supervisor"; }
  std::filesystem::path supervisor_state() const { return supervisor_directory() / "state"; }
};

// What a later engine must know to find the container again.
struct ContainerRecord {
  std::string address;
  std::map<std::string, std::string> labels;
  bool foreground = false;                 // made by run(): of no use to anyone once its engine is gone
  std::optional<ProcessIdentity> process;  // its first; none while it is being made
  std::optional<ProcessIdentity> monitor;  // conmon

  // None when there is none, or only half of one: a container whose making was cut short.
  static std::optional<ContainerRecord> read(const ContainerFiles& files);
  void write(const ContainerFiles& files) const;
};

// How it ended, as conmon wrote it down; none while it has not.
std::optional<ExitStatus> read_exit_status(const ContainerFiles& files, const std::string& id);

// What penstock-init wrote down. The container can write there too: anything odd reads as "nothing done yet".
SupervisorState read_supervisor_state(const ContainerFiles& files);

}  // namespace penstock
