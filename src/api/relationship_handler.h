#pragma once

#include "api/request.h"
#include "api/response.h"
#include "store/environment.h"

#include <functional>

namespace penstock {
class Store;
}

namespace penstock::api {

// What the applications of an environment find through their relationships, as PLATFORM_RELATIONSHIPS tells them: with
// passwords. By application.
struct RelationshipHandler {
  Store& store;
  std::function<Json(const Environment& environment)> relationships;

  Response list(const Request& request) const;
};

}  // namespace penstock::api
