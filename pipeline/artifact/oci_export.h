// Writes an artifact as an OCI image layout, as skopeo, podman and registries take it.
#pragma once

#include "base/json.h"

#include <filesystem>
#include <map>
#include <string>

namespace penstock {

class ArtifactStore;

struct OciExport {
  const ArtifactStore& artifacts;
  std::string digest;
  std::map<std::string, std::string> annotations;  // of the image: "org.opencontainers.image.revision", …

  // `destination` is created, or empty. One layer, an uncompressed tar of /app. Throws NotFound, Conflict when
  // `destination` holds something.
  void run(const std::filesystem::path& destination) const;
};

}  // namespace penstock
