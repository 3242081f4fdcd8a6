// The heads of HTTP/1.1 that the router writes in the place of those it read.
#pragma once

#include "runtime/router/http/request_head.h"
#include "runtime/router/http/response_head.h"

#include <string>
#include <string_view>

namespace penstock::router {

// What the application is told about a request beside what the client sent.
struct Origin {
  std::string_view client_ip;
  std::string_view forwarded_for;  // the addresses it came through, the client's first
  bool https = false;
  std::string_view original_route;
  std::string_view host{};  // that the client asked for; empty: as the request says
  // Of the client, when its host asks for certificates: "SUCCESS", "FAILED:why" or "NONE".
  std::string_view client_verification{};
  std::string_view client_certificate{};  // percent-encoded PEM
};

// Calls `add` with name and value of the fields that say so.
template <typename Add>
void for_each_origin_field(const RequestHead& request, const Origin& origin, Add add) {
  add("X-Forwarded-For", origin.forwarded_for);
  add("X-Forwarded-Proto", origin.https ? "https" : "http");
  add("X-Forwarded-Host", origin.host.empty() ? request.authority : origin.host);
  add("X-Client-IP", origin.client_ip);
  if (origin.https) add("X-Client-SSL", "on");
  if (!origin.client_verification.empty()) add("X-Client-Verify", origin.client_verification);
  if (!origin.client_certificate.empty()) add("X-Client-Cert", origin.client_certificate);
  add("X-Original-Route", origin.original_route);
}

void write_upstream_request(const RequestHead& request, const Origin& origin, std::string& out);

// What an HTTP/1.x client is told beside the response.
struct ResponseContext {
  int client_minor_version = 1;
  bool chunked = false;  // the body is sent in chunks
  bool keep_alive = true;
  std::string_view date;
};

void write_client_response(const ResponseHead& response, const ResponseContext& context, std::string& out);

}  // namespace penstock::router
