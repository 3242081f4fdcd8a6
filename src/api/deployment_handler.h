#pragma once

#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Store;
class VolumePool;
}  // namespace penstock

namespace penstock::api {

struct Urls;

struct DeploymentHandler {
  Store& store;
  const Urls& urls;
  const VolumePool& volumes;

  Response list(const Request& request) const;
  // Every deployment that is kept, newest first.
  Response releases(const Request& request) const;
  // Only "current" exists; 404 where nothing is deployed.
  Response get(const Request& request) const;
};

}  // namespace penstock::api
