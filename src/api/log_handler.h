#pragma once

#include "api/request.h"
#include "api/response.h"

#include <cstddef>
#include <string>

namespace penstock {
class AccessLogs;
class Engine;
class Store;
struct Environment;
}  // namespace penstock

namespace penstock::api {

// What the applications of an environment print, or with `log=access` in the query, the requests that it got. `lines`,
// `app`, which may also name a service, `worker`, `instance` and `follow=true` in the query.
struct LogHandler {
  Store& store;
  Engine& engine;
  const AccessLogs& access_logs;

  Response get(const Request& request) const;

 private:
  struct Wanted {
    std::size_t lines = 0;
    bool follow = false;
  };

  Response applications(const Environment& environment, const Request& request, Wanted wanted) const;
  Response requests(const Environment& environment, Wanted wanted) const;
};

}  // namespace penstock::api
