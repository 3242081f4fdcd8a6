#pragma once

#include "runtime/router/client/connection.h"
#include "runtime/router/client/downstream.h"
#include "runtime/router/http/body.h"
#include "runtime/router/loop/stream.h"
#include "runtime/router/worker.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::router {

// A client's connection that speaks HTTP/1.x: reads one request after the other and has each answered. Between requests
// and while a request is held it keeps no buffers but the bytes it needs.
class Session final : public Connection, public Downstream {
 public:
  Session(Worker& worker, Fd fd, Caller caller, std::unique_ptr<TlsChannel> tls);

  void on_events(std::uint32_t events) override;
  void close() override;
  void drain() override {}  // with the next response
  void finish() override;
  // The kernel watches no more sockets.
  bool broken() const { return stream_.broken(); }

  // Of ResponseSink and Downstream.
  void interim(ResponseHead& head) override;
  void begin(ResponseHead& head) override;
  void body(const BodyPart& part) override;
  std::size_t file(int file, off_t offset, std::size_t bytes) override;
  std::size_t pending() const override { return stream_.pending(); }
  void abort() override { close(); }
  void read_body(bool wanted) override;

 private:
  enum class State : std::uint8_t { Head, Held, Responding, Flushing, Lingering, Closed };
  // The exchange under way. Apart from the Session because most connections are idle.
  struct Present {
    bool to_head = false;
    int minor_version = 1;
    bool begun = false;         // the response
    bool upgraded = false;      // bytes both ways
    bool client_ended = false;  // of an upgraded exchange: its direction
    bool output_ended = false;  // and ours
    bool body_wanted = false;   // of the request
    bool without_body = false;  // the response, whatever payload is passed
    BodyReader request_body;
    BodyWriter response_body;
    std::optional<std::uint64_t> left;  // of the response's body, when its length is known
    std::string opening;                // the response's head until something goes with it
  };

  void on_request(const RequestHead& request) override;
  void refuse(int status) override;
  std::size_t on_held() override;
  void on_released(std::string_view head, ReleaseSlot slot) override;

  void on_input();
  void take_requests(std::string bytes);
  void become_http2();
  void take_one(std::string_view head, ReleaseSlot slot);
  void on_exchange_events(std::uint32_t events);
  void on_drained();
  void take_body_input();
  void pass_body(std::string_view bytes);
  void refuse_body();
  void on_client_end();
  void lose_client();
  bool still_there();
  void resume_input();

  std::size_t small_file(int file, off_t offset, std::size_t bytes);
  bool count_body(std::size_t bytes, bool last);
  void after_sending();
  void end_response();
  void next_request();
  void linger();
  void on_timer();
  // Idle between requests: nothing is lost when it closes.
  bool quiet() const { return state_ == State::Head && input_.empty(); }

  const Peer address_;
  State state_ = State::Head;
  bool first_ = true;         // no request has come yet
  bool handling_ = false;     // take_requests() is at work
  std::size_t searched_ = 0;  // of input_, for the end of a head
  std::string input_;         // received and not handled yet

  bool keep_alive_ = true;
  std::unique_ptr<Present> present_;  // while a request is answered

  Timer timer_;
  Stream stream_;
};

}  // namespace penstock::router
