#pragma once

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
  using Serve = std::function<void(Fd client, std::string client_ip, std::unique_ptr<TlsChannel> channel)>;

  TlsAcceptor(EventLoop& loop, const TlsContext& context, Handshake::Limits limits, Serve serve);
  TlsAcceptor(const TlsAcceptor&) = delete;
  TlsAcceptor& operator=(const TlsAcceptor&) = delete;
  ~TlsAcceptor();

  void accept(Fd client, std::string client_ip);
  // Gives up the handshakes under way.
  void stop();

 private:
  EventLoop& loop_;
  const TlsContext& context_;
  const Handshake::Limits limits_;
  Serve serve_;
  std::list<std::unique_ptr<Handshake>> handshakes_;
};

}  // namespace penstock::router
