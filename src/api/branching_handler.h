#pragma once

#include "api/environment_view.h"
#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Store;
struct Environment;
}  // namespace penstock

namespace penstock::api {

class BranchOperations;

// How environments descend from each other.
struct BranchingHandler {
  Store& store;
  BranchOperations& operations;
  const EnvironmentView& view;

  Response branch(const Request& request) const;
  Response synchronize(const Request& request) const;
  Response merge(const Request& request) const;
  Response pause(const Request& request) const;
  Response resume(const Request& request) const;

 private:
  Environment named(const Request& request) const;
};

}  // namespace penstock::api
