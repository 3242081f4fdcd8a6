#pragma once

#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Store;
}

namespace penstock::api {

class Operations;
struct Urls;

struct ProjectHandler {
  Store& store;
  Operations& operations;
  const Urls& urls;

  Response list(const Request& request) const;
  Response create(const Request& request) const;
  Response get(const Request& request) const;
  Response update(const Request& request) const;
  Response remove(const Request& request) const;
  Response settings(const Request& request) const;
  Response update_settings(const Request& request) const;
  Response capabilities(const Request& request) const;
  Response clear_build_cache(const Request& request) const;
};

}  // namespace penstock::api
