// The API as a table: method, path, access, handler.
#pragma once

#include "api/request.h"
#include "api/response.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::api {

enum class Access {
  Open,   // anybody
  Token,  // whoever has an API token, or an access token got with one
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/projects/{project}": one segment each
  Access access;
  std::function<Response(const Request&)> handler;
  bool streams_body = false;  // of any size; the handler reads it from Request::stream while it comes
};

// Constant after construction.
class RouteTable {
 public:
  explicit RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {}

  struct Match {
    const Route* route = nullptr;  // none when nothing fits
    bool path_exists = false;      // with another method
    std::map<std::string, std::string, std::less<>> params{};
  };

  Match match(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace penstock::api
