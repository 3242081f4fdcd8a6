// The configuration of one container in the form of the Open Container Initiative, which crun and runc read.
#pragma once

#include "base/json.h"
#include "container/container_spec.h"

#include <filesystem>
#include <string>
#include <vector>

namespace penstock {

// What the engine adds to the spec of a container.
struct BundleInputs {
  const ContainerSpec& spec;
  std::filesystem::path network_namespace;
  std::filesystem::path cgroup;  // for runtimes that place processes themselves; empty: none of theirs
  std::vector<Mount> mounts;     // before those of the spec
};

// Throws UserError when a mount has nowhere to go: the image is shared and never changes.
Json oci_configuration(const BundleInputs& inputs);

// The process part alone, for one more process in a running container.
Json oci_process(const ExecSpec& spec);

}  // namespace penstock
