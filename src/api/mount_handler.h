#pragma once

#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Store;
class VolumePool;
struct Environment;
}  // namespace penstock

namespace penstock::api {

// What applications keep in their mounts.
struct MountHandler {
  Store& store;
  VolumePool& volumes;

  // Of every application; with `sizes` in the query, what each takes on the disk.
  Response list(const Request& request) const;
  // A tar archive of the mount that `mount` in the query names, streamed.
  Response download(const Request& request) const;
  // Unpacks a tar archive into it. What the archive does not name stays.
  Response upload(const Request& request) const;
};

}  // namespace penstock::api
