// The last stage: what was built becomes an artifact that never changes.
#pragma once

#include "pipeline/artifact/artifact_store.h"

#include <cstdint>
#include <filesystem>
#include <set>
#include <stop_token>
#include <string>

namespace penstock {

class OutputSink;

struct Freeze {
  ArtifactStore& artifacts;
  std::filesystem::path application;
  std::set<std::string> mounts;  // paths
  std::int64_t commit_time = 0;  // seconds

  // With a directory for every mount. Warns of mounts that will hide files. Throws UserError for what cannot be frozen.
  FrozenArtifact run(OutputSink& output, std::stop_token stop) const;
};

}  // namespace penstock
