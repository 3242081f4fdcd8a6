#pragma once

#include "api/request.h"
#include "api/response.h"

#include <optional>
#include <string>

namespace penstock {
class Store;
struct Activity;
}  // namespace penstock

namespace penstock::api {

class Operations;

struct ActivityHandler {
  Store& store;
  Operations& operations;

  Response list_of_project(const Request& request) const;
  Response list_of_environment(const Request& request) const;
  Response get(const Request& request) const;
  Response cancel(const Request& request) const;
  // NDJSON, streamed until the seal.
  Response log(const Request& request) const;

 private:
  Response list(const Request& request, const std::optional<std::string>& environment) const;
  Activity named(const Request& request) const;
};

}  // namespace penstock::api
