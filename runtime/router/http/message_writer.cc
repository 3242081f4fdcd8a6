#include "runtime/router/http/message_writer.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace penstock::router {
namespace {

void add_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void add_number(std::string& out, std::uint64_t number) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

}  // namespace

void write_upstream_request(const RequestHead& request, const Origin& origin, std::string& out) {
  out.append(request.method).append(" ").append(request.path).append(request.query).append(" HTTP/1.1\r\n");
  add_field(out, "Host", request.authority);
  for (const Field& field : request.fields.all()) {
    if (!is_said_by_router(field.known)) add_field(out, field.name, field.value);
  }
  if (request.body.kind == Framing::Chunked) add_field(out, "Transfer-Encoding", "chunked");
  if (request.wants_websocket) out.append("Connection: upgrade\r\nUpgrade: websocket\r\n");
  for_each_origin_field(request, origin,
                        [&](std::string_view name, std::string_view value) { add_field(out, name, value); });
  out.append("\r\n");
}

void write_client_response(const ResponseHead& response, const ResponseContext& context, std::string& out) {
  out.append("HTTP/1.1 ");
  add_number(out, static_cast<std::uint64_t>(response.status));
  out.append(" ").append(response.reason).append("\r\n");
  bool dated = false;
  for (const Field& field : response.fields.all()) {
    dated |= field.known == FieldName::Date;
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
  if (response.length && response.status != 204) {
    out.append("Content-Length: ");
    add_number(out, *response.length);
    out.append("\r\n");
  }
  if (context.chunked) add_field(out, "Transfer-Encoding", "chunked");
  if (!context.keep_alive) {
    add_field(out, "Connection", "close");
  } else if (context.client_minor_version == 0) {
    add_field(out, "Connection", "keep-alive");
  }
  out.append("\r\n");
}

}  // namespace penstock::router
