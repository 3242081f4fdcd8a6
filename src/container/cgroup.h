// Control groups, version 1 and 2, by plain file operations: the OCI runtimes need 20 ms for what takes one here.
#pragma once

#include "container/container_spec.h"

#include <filesystem>
#include <string>
#include <vector>

namespace penstock {

// Where this machine keeps its control groups.
struct CgroupHierarchy {
  bool unified = false;                       // version 2
  std::vector<std::filesystem::path> roots;   // one; or one for each version 1 controller that sets a limit
  std::vector<std::filesystem::path> others;  // where some runtimes make groups too

  // Throws Error when a controller is missing.
  static CgroupHierarchy detect(const std::filesystem::path& mounted_at = "/sys/fs/cgroup");
};

// A group of processes with common limits. The object is a name; the group exists between create() and remove().
class Cgroup {
 public:
  // `name` is relative to the root: "penstock-ps/<id>".
  Cgroup(CgroupHierarchy hierarchy, std::filesystem::path name);

  // Makes the group and those above it.
  void create(const Limits& limits) const;
  // Makes a group inside an existing one, without limits of its own.
  Cgroup create_child(const std::string& name) const;

  // An existing one inside.
  Cgroup child(const std::string& name) const { return {hierarchy_, name_ / name}; }

  // Sends every process of it and of the groups inside a signal. Fine when it does not exist.
  void signal(int number) const;
  // The groups directly inside, by name.
  std::vector<std::string> children() const;
  // Kills every process of it and of the groups inside, and waits until they are gone. Fine when it does not exist.
  void kill() const;
  // Removes it with the groups inside; also the one above when that is empty. Fine when it does not exist.
  void remove() const;

  // How many of its processes the kernel killed because the group had no memory left; 0 when it does not exist.
  unsigned out_of_memory_kills() const;

  // A process that writes "0" to each of these joins.
  std::vector<std::filesystem::path> join_files() const;
  const std::filesystem::path& name() const { return name_; }

 private:
  std::vector<std::filesystem::path> directories() const;

  CgroupHierarchy hierarchy_;
  std::filesystem::path name_;
};

}  // namespace penstock
