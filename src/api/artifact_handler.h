#pragma once

#include "api/request.h"
#include "api/response.h"

#include <cstddef>
#include <filesystem>

namespace penstock {
class ArtifactStore;
class Store;
}  // namespace penstock

namespace penstock::api {

// The frozen builds of this Penstock.
struct ArtifactHandler {
  Store& store;
  ArtifactStore& artifacts;
  std::filesystem::path scratch;  // directory for what is being exported
  std::size_t kept_deployments;   // of each environment, with their artifacts

  // Of one project with `project` in the query.
  Response list(const Request& request) const;
  Response get(const Request& request) const;
  // {"intact", "message"}
  Response verify(const Request& request) const;
  // An archive of an OCI image layout, streamed.
  Response export_image(const Request& request) const;
};

}  // namespace penstock::api
