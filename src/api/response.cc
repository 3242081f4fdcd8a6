#include "api/response.h"

#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

const char* error_name(int status) {
  switch (status) {
    case 400:
      return "bad_request";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 405:
      return "method_not_allowed";
    case 409:
      return "conflict";
    case 413:
      return "payload_too_large";
    case 501:
      return "not_implemented";
    default:
      return "internal_error";
  }
}

}  // namespace

Response Response::json(const Json& document, int status) {
  return {.status = status, .body = document.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Response Response::streamed(std::string content_type, std::function<void(Reader&)> stream) {
  return {.content_type = std::move(content_type), .stream = std::move(stream)};
}

Response Response::failure(int status, const std::string& message) {
  return json({{"error", error_name(status)}, {"message", message}, {"code", status}}, status);
}

}  // namespace penstock::api
