#pragma once

#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Engine;
class Store;
}  // namespace penstock

namespace penstock::api {

// What the applications of an environment print. `lines`, `app`, which may also name a service, and `follow=true` in
// the query.
struct LogHandler {
  Store& store;
  Engine& engine;

  Response get(const Request& request) const;
};

}  // namespace penstock::api
