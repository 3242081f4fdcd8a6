#pragma once

#include "base/handle.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/socket_address.h"
#include "runtime/router/loop/timer.h"

#include <functional>
#include <string>

namespace penstock::router {

// Takes connections on a TCP address. Several loops may each have one on the same address; the kernel shares out.
class Listener final : public EventHandler {
 public:
  using Accept = std::function<void(Fd client, std::string client_ip)>;

  // Bound and listening on return. Throws SystemError or UserError.
  Listener(EventLoop& loop, const SocketAddress& address, Accept accept);
  ~Listener() override;

  // Starts to take connections.
  void open();
  void on_events(std::uint32_t events) override;
  int port() const;

 private:
  EventLoop& loop_;
  Fd fd_;
  Accept accept_;
  Timer pause_;  // out of file descriptors: later there may be some
};

}  // namespace penstock::router
