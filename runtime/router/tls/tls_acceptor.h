#pragma once

#include "runtime/router/loop/connection_limits.h"
#include "runtime/router/tls/handshake.h"
#include "runtime/router/tls/tls_context.h"

#include <functional>
#include <list>
#include <memory>
#include <string>

namespace penstock::router {

// Takes clients that connected where TLS is spoken, and hands them on once their handshake is done. Belongs to one
// event loop.
class TlsAcceptor {
 public:
  // Without a channel: the handshake failed.
  using Serve = std::function<void(Fd client, Caller caller, std::unique_ptr<TlsChannel> channel)>;

  TlsAcceptor(EventLoop& loop, const TlsContext& context, Handshake::Limits limits, Serve serve);
  TlsAcceptor(const TlsAcceptor&) = delete;
  TlsAcceptor& operator=(const TlsAcceptor&) = delete;
  ~TlsAcceptor();

  void accept(Fd client, Caller caller);
  // Gives up the handshakes under way, and calls nobody back.
  void stop();

  // No handshake is under way.
  bool idle() const { return handshakes_.empty(); }
  // Calls back on the loop once that is so; it is not now.
  void when_idle(std::function<void()> action) { when_idle_ = std::move(action); }

 private:
  EventLoop& loop_;
  const TlsContext& context_;
  const Handshake::Limits limits_;
  Serve serve_;
  std::list<std::unique_ptr<Handshake>> handshakes_;
  std::function<void()> when_idle_;
};

}  // namespace penstock::router
