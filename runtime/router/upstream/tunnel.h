#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/http/websocket_frames.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/upstream/upstream_pool.h"

#include <memory>
#include <string>
#include <string_view>

namespace penstock::router {

class Worker;

// A WebSocket: bytes both ways until both sides have ended. The response has begun, with status 101.
class Tunnel final : public Responder, private UpstreamUser {
 public:
  // `received` came from `upstream` already.
  Tunnel(Downstream& client, std::unique_ptr<UpstreamConnection> upstream, std::string received);
  ~Tunnel() override;

  void start() override;
  void on_request_body(const BodyPart& part) override;
  void on_writable() override;
  void on_client_gone() override;

 private:
  void on_upstream_events(std::uint32_t events) override;
  bool endless() const override { return true; }
  bool break_off() override;
  void take_upstream_input();
  void pass_to_client(std::string_view bytes);
  void close_when_over();
  void close();

  Worker& worker_;
  std::unique_ptr<UpstreamConnection> upstream_;  // null: closed
  std::string received_;
  WebSocketFrames from_client_;
  WebSocketFrames from_upstream_;
  bool client_ended_ = false;
  bool upstream_ended_ = false;
  Timer watchdog_;
};

}  // namespace penstock::router
