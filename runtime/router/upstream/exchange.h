#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/hold/hold_queue.h"
#include "runtime/router/http/request_head.h"
#include "runtime/router/http/response_head.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/table/route_table.h"
#include "runtime/router/upstream/relay.h"
#include "runtime/router/upstream/upstream_pool.h"

#include <memory>
#include <string>
#include <string_view>

namespace penstock::router {

class Session;
class Worker;

// One request answered by an application: connects, passes the request on, passes the response back. Bodies stream both
// ways; the slower side sets the pace.
class Exchange final : public Responder, private UpstreamUser {
 public:
  struct Target {
    std::shared_ptr<const Environment> environment;
    const Route* route;
    bool https;
  };

  Exchange(Session& session, const RequestHead& request, Target target, ReleaseSlot slot);
  ~Exchange() override;

  void start() override;
  void on_events(std::uint32_t events) override;

 private:
  enum class State : std::uint8_t { Connecting, Head, Body, Done };

  void on_upstream_events(std::uint32_t events) override;

  void connect();
  bool connect_to(const SocketAddress& address);
  void connected();
  void connection_failed();

  void send_request(std::string_view body);
  void take_client_input();
  void pass_request_body(std::string_view prefix, std::string_view bytes);
  void wait_for_progress();

  void take_upstream_input();
  void take_response(std::string_view bytes);
  bool take_response_head(std::string_view& bytes);
  void take_interim(const ResponseHead& response);
  void begin_response(const ResponseHead& response, std::string_view& bytes);
  void pass_response_body(std::string_view prefix, std::string_view bytes);
  void upstream_ended();

  void finish(bool upstream_reusable);
  void become_tunnel(const ResponseHead& response, std::string_view bytes);
  // Answers with an error page, or breaks off when the response has begun.
  void fail(int status, const char* explanation);
  void abandon();
  void on_timeout();
  void release_upstream(bool reusable);

  Session& session_;
  Worker& worker_;
  Target target_;
  ReleaseSlot slot_;

  // Of the request, whose head is gone by the time they are needed.
  bool to_head_;
  bool idempotent_;
  bool keep_alive_;
  bool websocket_;
  bool json_;
  int minor_version_;

  State state_ = State::Connecting;
  bool body_passed_ = false;  // bytes of the request's body went upstream: it cannot be sent again
  bool fresh_only_ = false;   // after a reused connection turned out to be closed
  bool keep_upstream_ = false;
  std::size_t tries_left_;
  std::size_t next_address_;
  std::string head_;     // as sent upstream; kept until the response begins
  std::string partial_;  // of a response head
  Relay request_body_;
  Relay response_body_;
  std::unique_ptr<UpstreamConnection> upstream_;
  Timer watchdog_;
};

}  // namespace penstock::router
