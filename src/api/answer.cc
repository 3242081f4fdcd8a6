#include "api/server.h"
#include "base/error.h"
#include "base/log.h"

#include <fmt/format.h>

namespace penstock::api {
namespace {

Response run(const Route& route, const Request& request) {
  try {
    return route.handler(request);
  } catch (const NotFound& error) {
    return Response::failure(404, error.what());
  } catch (const Conflict& error) {
    return Response::failure(409, error.what());
  } catch (const UserError& error) {
    return Response::failure(400, error.what());
  } catch (const std::exception& error) {
    log_of("api")->error("request failed method={} path={} error=\"{}\"", request.method, request.path, error.what());
    return Response::failure(500, error.what());
  }
}

}  // namespace

Response answer(const RouteTable& routes, const Authenticator& authenticator, Request request) {
  RouteTable::Match match = routes.match(request.method, request.path);
  if (match.route != nullptr && match.route->access == Access::Open) {
    request.params = std::move(match.params);
    return run(*match.route, request);
  }
  // Who has no token does not learn which paths exist.
  std::optional<Principal> principal = authenticator.identify(request.headers["authorization"]);
  if (!principal) {
    Response refusal = Response::failure(401, "this needs an API token: Authorization: Bearer TOKEN");
    refusal.headers["WWW-Authenticate"] = "Bearer";
    return refusal;
  }
  if (match.route == nullptr) {
    if (match.path_exists) return Response::failure(405, fmt::format("{} cannot be used here", request.method));
    return Response::failure(404, fmt::format("there is nothing at {}", request.path));
  }
  request.principal = std::move(*principal);
  request.params = std::move(match.params);
  return run(*match.route, request);
}

}  // namespace penstock::api
