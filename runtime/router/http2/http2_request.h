#pragma once

#include <string>
#include <string_view>

namespace penstock::router {

// Puts the fields of an HTTP/2 request (RFC 9113 section 8.3) into the head that it would have in HTTP/1.1, which is
// then read as any other. nghttp2 sees to it that names and values are valid, pseudo-header fields come first and once,
// and fields of the connection do not come at all.
class Http2Request {
 public:
  void clear();
  void add(std::string_view name, std::string_view value);
  // Ends the head. `body_follows`: of a length that may be unknown.
  void finish(bool body_follows);

  // Too large to be parsed: nothing more was kept.
  bool too_large() const { return too_large_; }
  // 0, or the status to refuse it with.
  int refusal() const;
  std::string_view head() const { return head_; }

 private:
  void add_pseudo(std::string_view name, std::string_view value);
  void add_request_line();
  void add_line(std::string_view name, std::string_view value);
  bool opens_websocket() const { return !protocol_.empty(); }

  std::string method_;
  std::string path_;
  std::string authority_;
  std::string protocol_;  // of an extended CONNECT (RFC 8441)
  std::string cookies_;
  std::string head_;
  bool has_length_ = false;
  bool ambiguous_host_ = false;
  bool too_large_ = false;
};

}  // namespace penstock::router
