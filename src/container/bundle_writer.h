#pragma once

#include "container/container_files.h"
#include "container/container_spec.h"

#include <filesystem>
#include <string>

namespace penstock {

// Where penstock-init and what it writes appear in a supervised container.
constexpr const char* kInitInside = "/run/penstock/init";
constexpr const char* kSupervisorInside = "/run/penstock/state";

struct BundleOptions {
  const ContainerSpec& spec;
  const ContainerFiles& files;
  std::string address;  // of the container; empty without network
  std::filesystem::path network_namespace;
  std::filesystem::path cgroup;  // empty: the runtime leaves control groups alone
  std::filesystem::path init_program;
  std::filesystem::path socket_directory;  // of a spec that has_socket
};

// Writes config.json and the files of the container's /etc that differ from the image's.
void write_bundle(const BundleOptions& options);

}  // namespace penstock
