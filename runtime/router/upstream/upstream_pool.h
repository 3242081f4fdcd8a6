#pragma once

#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/stream.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/table/environment.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::router {

class TlsClient;
class UpstreamPool;

// Where to connect to.
struct UpstreamEndpoint {
  const SocketAddress& address;
  std::string_view tls_host{};  // the name that the certificate must have; empty: no TLS
};

// Who a connection works for at the moment.
class UpstreamUser {
 public:
  UpstreamUser() = default;
  UpstreamUser(const UpstreamUser&) = delete;
  UpstreamUser& operator=(const UpstreamUser&) = delete;
  virtual void on_upstream_events(std::uint32_t events) = 0;
  // Whether the exchange has no end of its own: a WebSocket, an event stream.
  virtual bool endless() const = 0;
  // The application is about to stop: ends the exchange and lets go of the connection. False when the client gets less
  // than it should.
  virtual bool break_off() = 0;

 protected:
  ~UpstreamUser() = default;
};

// A connection to an application, with a user or idle in its pool.
class UpstreamConnection final : public EventHandler {
 public:
  UpstreamConnection(UpstreamPool& pool, EventLoop& loop, Fd fd, std::string endpoint);
  ~UpstreamConnection() override;

  void on_events(std::uint32_t events) override;
  // Before anybody hears that it is made, speaks TLS.
  void shake_hands(std::unique_ptr<TlsChannel> channel);

  Stream& stream() { return stream_; }
  // Served a request before: may turn out to have been closed meanwhile.
  bool reused() const { return reused_; }
  void use(UpstreamUser* user) { user_ = user; }

 private:
  friend class UpstreamPool;
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  void go_on_with_handshake();

  UpstreamPool& pool_;
  std::string endpoint_;
  std::unique_ptr<TlsChannel> handshake_;
  UpstreamUser* user_ = nullptr;
  std::size_t place_ = kNowhere;  // in Host::used
  bool reused_ = false;
  std::uint64_t generation_ = 0;
  Timer idle_;
  Stream stream_;
};

// The connections to applications, by endpoint; those that are idle are used again. Belongs to one event loop.
class UpstreamPool {
 public:
  UpstreamPool(EventLoop& loop, TlsClient& tls) : loop_(loop), tls_(tls) {}

  // An idle connection; null when there is none. `probe`: make sure that it is still open, for a request that must not
  // be sent twice.
  std::unique_ptr<UpstreamConnection> take(const UpstreamEndpoint& endpoint, bool probe);
  // A connection that is being made: writable or broken soon. Null when it fails at once.
  std::unique_ptr<UpstreamConnection> connect(const UpstreamEndpoint& endpoint);
  void give_back(std::unique_ptr<UpstreamConnection> connection);
  // Closes it once the events at hand are handled.
  void discard(std::unique_ptr<UpstreamConnection> connection);
  // How many connections have a user.
  std::size_t in_use(const UpstreamEndpoint& endpoint) const;
  // The application at this address changes: its idle connections are closed, those in use are not kept.
  void forget(const std::string& address);

  // Who has a connection to this address.
  std::vector<UpstreamUser*> users(const std::string& address) const;
  // Calls `action` whenever the last connection to an address that is in use is let go of.
  void when_unused(std::function<void()> action) { unused_ = std::move(action); }

 private:
  friend class UpstreamConnection;
  struct Host {
    std::vector<std::unique_ptr<UpstreamConnection>> idle;
    std::vector<UpstreamConnection*> used;
    std::uint64_t generation = 0;  // how many applications had this address before
  };

  static std::string key_of(const UpstreamEndpoint& endpoint);
  Host& host_of(const UpstreamEndpoint& endpoint);
  static void note_used(Host& host, UpstreamConnection& connection);
  void note_unused(Host& host, UpstreamConnection& connection);
  void drop_idle(UpstreamConnection& connection);

  EventLoop& loop_;
  TlsClient& tls_;
  std::function<void()> unused_ = [] {};
  std::unordered_map<std::string, Host> hosts_;  // by key_of()
};

}  // namespace penstock::router
