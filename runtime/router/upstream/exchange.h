#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/client/stored_body.h"
#include "runtime/router/hold/hold_queue.h"
#include "runtime/router/http/request_head.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/proxy/name_cache.h"
#include "runtime/router/table/route_table.h"
#include "runtime/router/upstream/balancer.h"
#include "runtime/router/upstream/codec.h"
#include "runtime/router/upstream/upstream_pool.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::router {

class Worker;

// One request answered by an application: connects, passes the request on, passes the response back. Bodies stream both
// ways; the slower side sets the pace.
class Exchange final : public Responder, private UpstreamUser, private NameWaiter {
 public:
  struct Target {
    std::shared_ptr<const Environment> environment;
    const Route* route;
    bool https;
    bool tells_client_certificate;
    std::string_view cache_status = {};    // of X-Platform-Cache; a constant
    std::string_view forwarded_host = {};  // of a proxy: what the client asked for; during the construction
  };

  // `body` is the request's if it has been read; null: the client sends it.
  Exchange(Downstream& client, const RequestHead& request, Target target, std::unique_ptr<UpstreamCodec> codec,
           ReleaseSlot slot, std::unique_ptr<StoredBody> body);
  ~Exchange() override;

  void start() override;
  void on_request_body(const BodyPart& part) override;
  void on_writable() override;
  void on_client_gone() override;

 private:
  enum class State : std::uint8_t { Resolving, Connecting, Head, Body, Done };

  void on_upstream_events(std::uint32_t events) override;
  bool endless() const override { return event_stream_; }
  bool break_off() override;

  void on_resolved(std::shared_ptr<const Resolver::Addresses> addresses) override;
  const std::vector<SocketAddress>& addresses() const;
  UpstreamEndpoint endpoint(const SocketAddress& address) const;
  std::optional<std::size_t> next_instance();
  void connect();
  bool connect_to(const SocketAddress& address);
  void connected();
  void connection_failed();

  void read_request(bool wanted);
  void pass_request(const BodyPart& part);
  void wait_for_progress();

  void take_upstream_input();
  void take_response(std::string_view bytes);
  void begin_response(ResponseHead& response);
  void pass_response_body(std::string_view bytes);
  void upstream_ended();
  // Nothing of a body or an answer has passed: the request may be sent again, if it may be repeated.
  bool repeatable() const { return idempotent_ && !body_passed_ && !received_; }

  void finish(const BodyPart& last, bool upstream_reusable);
  void become_tunnel(ResponseHead& response, std::string_view bytes);
  // Answers with an error page, or breaks off when the response has begun.
  void fail(int status, const char* explanation);
  // Lets go of everything; nothing more happens.
  void end();
  void on_timeout();
  void release_upstream(bool reusable);

  Worker& worker_;
  Target target_;
  ReleaseSlot slot_;
  std::unique_ptr<StoredBody> body_;

  // Of the request, whose head is gone by the time they are needed.
  bool idempotent_;
  bool websocket_;
  bool json_;
  bool has_body_;

  const Milliseconds began_;
  State state_ = State::Connecting;
  bool head_sent_ = false;
  bool request_done_ = false;  // all of it went upstream
  bool body_passed_ = false;   // some of its body went upstream: it cannot be sent again
  bool received_ = false;      // some of the response came
  bool event_stream_ = false;  // the response, which has begun, is one
  int interims_ = 0;
  bool fresh_only_ = false;  // after a reused connection turned out to be closed
  Tried tried_ = 0;
  const SocketAddress* address_ = nullptr;  // tried last
  std::vector<SocketAddress> resolved_;     // of a proxy
  std::string sticky_ip_;                   // of the client, on a sticky route
  std::string head_;                        // as sent upstream; kept until the response begins
  std::unique_ptr<UpstreamCodec> codec_;
  std::unique_ptr<UpstreamConnection> upstream_;
  Timer watchdog_;
};

}  // namespace penstock::router
