#pragma once

#include "base/handle.h"
#include "runtime/router/client/connection.h"
#include "runtime/router/client/downstream.h"
#include "runtime/router/http2/allowance.h"
#include "runtime/router/http2/http2_request.h"
#include "runtime/router/http2/http2_stream.h"
#include "runtime/router/loop/stream.h"
#include "runtime/router/loop/timer.h"

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::router {

class TlsChannel;
class Worker;

// A client's connection that speaks HTTP/2. nghttp2 knows the protocol; here are the socket, the requests under way and
// the bounds. What a round of events leads to is sent at its end, at once.
class Http2Connection final : public Connection, private RoundEndHandler {
 public:
  // `tls` is null, or has finished its handshake on `fd`.
  Http2Connection(Worker& worker, Fd fd, Caller caller, std::unique_ptr<TlsChannel> tls);
  ~Http2Connection() override;

  void on_events(std::uint32_t events) override;
  void close() override;
  void drain() override { finish(); }
  void finish() override;
  // The kernel watches no more sockets.
  bool broken() const { return stream_.broken(); }
  // What the client sent, its preface first.
  void take(std::string_view bytes);

  // For its streams. None of these calls back but send_body(), which calls Http2Stream::send().
  Worker& worker() { return worker_; }
  const Peer& peer() const { return peer_; }
  void submit_interim(Http2Stream& stream, const ResponseHead& head);
  void submit_head(Http2Stream& stream, const ResponseHead& head, bool last);
  // Sends what may be sent. `resume`: this stream was deferred.
  void send_body(Http2Stream& stream, bool resume);
  void reset(Http2Stream& stream, std::uint32_t error);
  // The client may send so many bytes more.
  void consumed(Http2Stream& stream, std::size_t bytes);
  // The client may have more on its way, because the body is wanted.
  void widen(Http2Stream& stream);
  // Calls on_drained() at the end of the round.
  void drained(Http2Stream& stream);

 private:
  friend class Http2Callbacks;

  void on_round_end() override;

  // What nghttp2 tells.
  void on_frame_begin(const nghttp2_frame_hd& header);
  void on_fields_begin();
  // False: the stream is to be reset.
  bool on_field(const nghttp2_frame& frame, std::string_view name, std::string_view value);
  void on_frame(const nghttp2_frame& frame);
  // `stream`: null when it is not served.
  void on_data(std::int32_t id, Http2Stream* stream, std::string_view bytes);
  void on_frame_sent(Http2Stream& stream, const nghttp2_frame& frame);
  void on_stream_closed(Http2Stream& stream, std::uint32_t error);
  // False: enough waits to be sent already.
  bool add_data(std::string_view header, std::size_t bytes, Http2Stream& stream);

  void begin_request(std::int32_t id, bool body_follows);
  void end_body(Http2Stream& stream);
  void pass_data(bool last);
  void limit(bool allowed);
  void schedule();
  void produce();
  void flush();
  void bury();
  void tell_drained();
  void watch_time();
  bool over() const;
  void linger();
  void drop_streams();

  Worker& worker_;
  const Peer peer_;
  Handle<nghttp2_session, nghttp2_session_del> session_;
  std::vector<std::unique_ptr<Http2Stream>> streams_;
  std::vector<std::unique_ptr<Http2Stream>> closed_;  // not told yet
  std::vector<std::int32_t> drained_;
  Http2Request request_;           // whose fields are coming
  std::string trailers_;           // likewise, as lines
  Http2Stream* reader_ = nullptr;  // whose data_ was received and not passed yet
  std::string_view data_;
  std::string out_;         // to be sent
  bool receiving_ = false;  // nghttp2 is at work on input
  bool producing_ = false;  // and on output
  bool scheduled_ = false;
  bool finished_ = false;  // the client knows that no further requests are taken
  bool lingering_ = false;
  bool failed_ = false;  // nghttp2 can do no more
  bool gone_ = false;
  Allowance resets_;
  Allowance controls_;
  Timer idle_;
  Timer stalled_;
  Stream stream_;
};

}  // namespace penstock::router
