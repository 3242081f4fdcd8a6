#include "runtime/router/http/message_writer.h"

namespace penstock::router {
namespace {

void add_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// Fields that a Connection field names beside the usual ones: they are hop-by-hop as well.
bool names_more(std::string_view connection) {
  while (!connection.empty()) {
    const std::string_view option = next_element(connection);
    if (!equal_ignoring_case(option, "close") && !equal_ignoring_case(option, "keep-alive") &&
        !equal_ignoring_case(option, "upgrade")) {
      return true;
    }
  }
  return false;
}

class ConnectionOptions {
 public:
  explicit ConnectionOptions(const FieldList& fields) : fields_(fields) {
    for (const Field& field : fields.all()) {
      more_ |= field.known == FieldName::Connection && names_more(field.value);
    }
  }

  bool name(std::string_view field_name) const {
    if (!more_) return false;
    for (const Field& field : fields_.all()) {
      if (field.known == FieldName::Connection && list_contains(field.value, field_name)) return true;
    }
    return false;
  }

 private:
  const FieldList& fields_;
  bool more_ = false;
};

bool is_hop_by_hop(FieldName name) {
  switch (name) {
    case FieldName::Connection:
    case FieldName::KeepAlive:
    case FieldName::ProxyConnection:
    case FieldName::Te:
    case FieldName::Trailer:
    case FieldName::TransferEncoding:
    case FieldName::Upgrade:
    case FieldName::Http2Settings:
      return true;
    default:
      return false;
  }
}

// Fields that only the router may say to an application.
bool is_ours(FieldName name) {
  switch (name) {
    case FieldName::Forwarded:
    case FieldName::Host:
    case FieldName::XClientIp:
    case FieldName::XClientSsl:
    case FieldName::XForwardedFor:
    case FieldName::XForwardedHost:
    case FieldName::XForwardedPort:
    case FieldName::XForwardedProto:
    case FieldName::XOriginalRoute:
    case FieldName::XRealIp:
      return true;
    default:
      return false;
  }
}

void write_origin(const RequestHead& request, const Origin& origin, std::string& out) {
  add_field(out, "X-Forwarded-For", origin.forwarded_for);
  add_field(out, "X-Forwarded-Proto", origin.https ? "https" : "http");
  add_field(out, "X-Forwarded-Host", request.authority);
  add_field(out, "X-Client-IP", origin.client_ip);
  if (origin.https) add_field(out, "X-Client-SSL", "on");
  add_field(out, "X-Original-Route", origin.original_route);
}

}  // namespace

void write_upstream_request(const RequestHead& request, const Origin& origin, std::string& out) {
  const ConnectionOptions options(request.fields);
  out.append(request.method).append(" ").append(request.path).append(request.query).append(" HTTP/1.1\r\n");
  add_field(out, "Host", request.authority);
  for (const Field& field : request.fields.all()) {
    if (is_hop_by_hop(field.known) || is_ours(field.known)) continue;
    if (field.known != FieldName::ContentLength && options.name(field.name)) continue;
    add_field(out, field.name, field.value);
  }
  if (request.body.kind == Framing::Chunked) add_field(out, "Transfer-Encoding", "chunked");
  if (request.wants_websocket) out.append("Connection: upgrade\r\nUpgrade: websocket\r\n");
  write_origin(request, origin, out);
  out.append("\r\n");
}

void write_client_response(const ResponseHead& response, const ResponseContext& context, std::string& out) {
  const ConnectionOptions options(response.fields);
  out.append("HTTP/1.1 ").append(response.status_text).append("\r\n");
  bool dated = false;
  for (const Field& field : response.fields.all()) {
    dated |= field.known == FieldName::Date;
    if (is_hop_by_hop(field.known)) continue;
    if (field.known == FieldName::XRobotsTag && context.restrict_robots) continue;
    if (field.known == FieldName::ContentLength && context.chunked) continue;
    if (field.known != FieldName::ContentLength && options.name(field.name)) continue;
    add_field(out, field.name, field.value);
  }
  if (response.status == 101) {
    out.append("Connection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    return;
  }
  if (response.interim()) {
    out.append("\r\n");
    return;
  }
  if (!dated) add_field(out, "Date", context.date);
  if (context.chunked) add_field(out, "Transfer-Encoding", "chunked");
  if (context.restrict_robots) add_field(out, "X-Robots-Tag", "noindex, nofollow");
  if (!context.keep_alive) {
    add_field(out, "Connection", "close");
  } else if (context.client_minor_version == 0) {
    add_field(out, "Connection", "keep-alive");
  }
  out.append("\r\n");
}

}  // namespace penstock::router
