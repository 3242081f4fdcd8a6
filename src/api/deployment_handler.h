#pragma once

#include "api/request.h"
#include "api/response.h"
#include "store/deployment.h"
#include "store/environment.h"

namespace penstock {
class Store;
class VolumePool;
}  // namespace penstock

namespace penstock::api {

class Operations;
struct Urls;

struct DeploymentHandler {
  Store& store;
  Operations& operations;
  const Urls& urls;
  const VolumePool& volumes;

  Response list(const Request& request) const;
  // Every deployment that is kept, newest first.
  Response releases(const Request& request) const;
  // "current", or "next" with the resources that the next one is to have; 404 where nothing is deployed.
  Response get(const Request& request) const;
  // Resources of "next".
  Response update(const Request& request) const;

 private:
  struct Live {
    Environment environment;
    Deployment release;
  };

  Live live(const Request& request) const;
  // What is live, with the resources it is to have.
  Live next(const Request& request) const;
};

}  // namespace penstock::api
