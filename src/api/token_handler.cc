#include "api/token_handler.h"

#include "api/authenticator.h"

#include <Poco/URI.h>
#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

using Fields = std::map<std::string, std::string>;

// Clients send a form or JSON; the same fields in both.
Fields fields_of(const Request& request) {
  Fields fields;
  const auto type = request.headers.find("content-type");
  if (type != request.headers.end() && type->second.starts_with("application/json")) {
    const Json document = request.json();
    for (const auto& [name, value] : document.items()) {
      if (value.is_string()) fields[name] = value.get<std::string>();
    }
    return fields;
  }
  Poco::URI form;
  form.setRawQuery(request.body);
  for (const auto& [name, value] : form.getQueryParameters()) fields[name] = value;
  return fields;
}

Response refusal(int status, const char* error, const char* description) {
  return Response::json(
      {{"error", error}, {"error_description", description}, {"message", description}, {"code", status}}, status);
}

Response success(const AccessTokens::Pair& pair) {
  Response response = Response::json({{"access_token", pair.access},
                                      {"expires_in", AccessTokens::kLifetime.count()},
                                      {"token_type", "bearer"},
                                      {"refresh_token", pair.refresh}});
  response.headers["Cache-Control"] = "no-store";
  return response;
}

}  // namespace

Response TokenHandler::create(const Request& request) const {
  Fields fields = fields_of(request);
  if (fields["grant_type"] == "api_token") {
    const std::optional<Principal> principal = authenticator.identify_api_token(fields["api_token"]);
    if (!principal) return refusal(401, "invalid_grant", "the API token is not known");
    return success(access_tokens.issue(*principal));
  }
  if (fields["grant_type"] == "refresh_token") {
    const std::optional<AccessTokens::Pair> pair = access_tokens.refresh(fields["refresh_token"]);
    if (!pair) return refusal(400, "invalid_grant", "the refresh token is not known or has expired");
    return success(*pair);
  }
  return refusal(400, "unsupported_grant_type", "grant_type must be api_token or refresh_token");
}

Response TokenHandler::revoke(const Request& request) const {
  access_tokens.revoke(fields_of(request)["token"]);
  return Response::json(Json::object());
}

}  // namespace penstock::api
