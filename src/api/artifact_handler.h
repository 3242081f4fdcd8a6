#pragma once

#include "api/request.h"
#include "api/response.h"

#include <cstddef>

namespace penstock {
class ArtifactStore;
class Store;
}  // namespace penstock

namespace penstock::api {

// The frozen builds of this Penstock.
struct ArtifactHandler {
  Store& store;
  ArtifactStore& artifacts;
  std::size_t kept_deployments;  // of each environment, with their artifacts

  Response list(const Request& request) const;
  Response get(const Request& request) const;
  // {"intact", "message"}
  Response verify(const Request& request) const;
};

}  // namespace penstock::api
