// A client that speaks HTTP/2, with nghttp2 on its side too.
#pragma once

#include "base/handle.h"
#include "unit/runtime/router/test_support.h"

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace penstock::router::test {

class Http2Client {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  // What came of one stream.
  struct Response {
    std::vector<int> interim;
    int status = 0;
    std::map<std::string, std::string> fields;
    std::map<std::string, std::string> trailers;
    std::string body;
    bool ended = false;   // whole
    bool closed = false;  // ended or reset
    std::uint32_t error = 0;
  };

  // `connection` outlives this. `window`: what the router may send of each body unasked.
  explicit Http2Client(Client& connection, std::uint32_t window = 65'535);

  // Returns the stream. Without `body_follows` that is all of the request.
  std::int32_t request(const Fields& fields, bool body_follows = false);
  // "method path" of site.test.
  std::int32_t request(const std::string& method, const std::string& path, const Fields& more = {},
                       bool body_follows = false);
  void send(std::int32_t stream, const std::string& bytes, bool last, const Fields& trailers = {});
  void reset(std::int32_t stream);
  // The router may send more of the body.
  void widen(std::int32_t stream, int bytes);

  // Exchanges bytes with the router until `condition` holds. False: it ended the connection before.
  bool until(const std::function<bool()>& condition);
  const Response& wait(std::int32_t stream);
  Response& response(std::int32_t stream) { return streams_[stream].response; }
  // Of GOAWAY: the last one's error and stream.
  bool told_to_go() const { return told_to_go_; }
  std::uint32_t go_error() const { return go_error_; }
  std::int32_t last_served() const { return last_served_; }
  std::uint32_t setting(nghttp2_settings_id id) const;

 private:
  struct Stream {
    Response response;
    std::string unsent;
    bool finished = true;
    bool in_trailers = false;  // the fields that come are trailers
    Fields trailers;
  };

  static Http2Client& of(void* user_data) { return *static_cast<Http2Client*>(user_data); }
  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into, std::size_t room,
                           std::uint32_t* flags, nghttp2_data_source* source, void* user_data);
  void on_field(const nghttp2_frame& frame, const std::string& name, const std::string& value);
  void on_frame(const nghttp2_frame& frame);
  void push();

  Client& connection_;
  Handle<nghttp2_session, nghttp2_session_del> session_;
  std::map<std::int32_t, Stream> streams_;
  bool told_to_go_ = false;
  std::uint32_t go_error_ = 0;
  std::int32_t last_served_ = 0;
};

}  // namespace penstock::router::test
