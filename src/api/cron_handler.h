#pragma once

#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Store;
}

namespace penstock::api {

class Operations;

// The crons of what is live in an environment.
struct CronHandler {
  Store& store;
  Operations& operations;

  Response list(const Request& request) const;
  Response run(const Request& request) const;
};

}  // namespace penstock::api
