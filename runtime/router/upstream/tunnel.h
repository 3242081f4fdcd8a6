#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/upstream/upstream_pool.h"

#include <memory>
#include <string>

namespace penstock::router {

class Session;

// A WebSocket: bytes both ways until both sides have ended.
class Tunnel final : public Responder, private UpstreamUser {
 public:
  // `opening` goes to the client first.
  Tunnel(Session& session, std::unique_ptr<UpstreamConnection> upstream, std::string opening);
  ~Tunnel() override;

  void start() override;
  void on_events(std::uint32_t events) override;

 private:
  void on_upstream_events(std::uint32_t events) override;
  // One direction: what `from` received goes to `to`.
  bool pass(Stream& from, Stream& to, bool& ended);
  void on_side_events(std::uint32_t events, bool from_client);
  void close();

  Session& session_;
  std::unique_ptr<UpstreamConnection> upstream_;
  std::string opening_;
  bool client_ended_ = false;
  bool upstream_ended_ = false;
  bool closed_ = false;
  Timer watchdog_;
};

}  // namespace penstock::router
