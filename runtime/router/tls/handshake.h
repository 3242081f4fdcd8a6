#pragma once

#include "base/handle.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/tls/tls_channel.h"

#include <functional>
#include <memory>
#include <string>

namespace penstock::router {

// A client that has connected where TLS is spoken: what it sent so far and what it was told.
class Handshake final : public EventHandler {
 public:
  struct Limits {
    Milliseconds whole;   // the handshake
    Milliseconds linger;  // for a client that spoke plain HTTP to read why it was refused
  };
  // Called once. With a channel, `fd` goes over to the receiver; without, the client is not served.
  using Done = std::function<void(Handshake& handshake, std::unique_ptr<TlsChannel> channel)>;

  // `channel` is on `fd`. Nothing is read before start().
  Handshake(EventLoop& loop, Fd fd, std::unique_ptr<TlsChannel> channel, Limits limits, Done done);
  ~Handshake() override;

  void start();
  void on_events(std::uint32_t events) override;

  Fd take_socket();

 private:
  void go_on();
  void watch(std::uint32_t events);
  void refuse_plain_http();
  void drain();
  void finish(std::unique_ptr<TlsChannel> channel);

  EventLoop& loop_;
  const Limits limits_;
  Done done_;
  std::uint32_t watched_ = 0;
  bool refused_ = false;
  Timer limit_;
  Fd fd_;
  std::unique_ptr<TlsChannel> channel_;
};

}  // namespace penstock::router
