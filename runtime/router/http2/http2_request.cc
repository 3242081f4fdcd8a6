#include "runtime/router/http2/http2_request.h"

#include "base/base64.h"
#include "base/id.h"
#include "runtime/router/http/request_head.h"

namespace penstock::router {
namespace {

// Of Sec-WebSocket-Key, which an HTTP/1.1 client says and an HTTP/2 client does not (RFC 6455 section 4.1).
constexpr std::size_t kNonceBytes = 16;

}  // namespace

void Http2Request::clear() {
  for (std::string* text : {&method_, &path_, &authority_, &protocol_, &cookies_, &head_}) text->clear();
  has_length_ = ambiguous_host_ = too_large_ = false;
}

void Http2Request::add(std::string_view name, std::string_view value) {
  if (too_large_) return;
  if (head_.size() + cookies_.size() + name.size() + value.size() > kLongestHead) {
    too_large_ = true;
    return;
  }
  if (name.starts_with(':')) return add_pseudo(name, value);
  if (head_.empty()) add_request_line();
  if (name == "host") {
    if (authority_.empty()) authority_ = value;
    ambiguous_host_ |= !equal_ignoring_case(authority_, value);
    return;
  }
  if (name == "cookie") {
    if (!cookies_.empty()) cookies_ += "; ";
    cookies_ += value;
    return;
  }
  has_length_ |= name == "content-length";
  add_line(name, value);
}

void Http2Request::add_pseudo(std::string_view name, std::string_view value) {
  if (name == ":method") method_ = value;
  if (name == ":path") path_ = value;
  if (name == ":authority") authority_ = value;
  if (name == ":protocol") protocol_ = value;
}

void Http2Request::add_line(std::string_view name, std::string_view value) {
  head_.append(name).append(": ").append(value).append("\r\n");
}

void Http2Request::finish(bool body_follows) {
  if (too_large_) return;
  if (head_.empty()) add_request_line();
  add_line("host", authority_);
  if (!cookies_.empty()) add_line("cookie", cookies_);
  if (opens_websocket()) {
    head_.append("connection: upgrade\r\nupgrade: ").append(protocol_).append("\r\n");
    add_line("sec-websocket-key", base64_encode(random_id(kNonceBytes)));
  } else if (body_follows && !has_length_) {
    add_line("transfer-encoding", "chunked");
  }
  head_ += "\r\n";
}

void Http2Request::add_request_line() {
  head_.append(opens_websocket() ? "GET" : method_).append(" ");
  head_.append(path_.empty() ? authority_ : path_).append(" HTTP/1.1\r\n");
}

int Http2Request::refusal() const {
  if (too_large_) return 431;
  if (ambiguous_host_) return 400;
  if (opens_websocket() && protocol_ != "websocket") return 501;
  return path_.size() > kLongestRequestLine ? 414 : 0;
}

}  // namespace penstock::router
