#pragma once

#include "runtime/router/loop/event_loop.h"
#include "runtime/router/proxy/resolver.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace penstock::router {

// Who waits for the addresses of a host.
class NameWaiter {
 public:
  // Several that are fit; empty: none.
  virtual void on_resolved(std::shared_ptr<const Resolver::Addresses> addresses) = 0;

 protected:
  ~NameWaiter() = default;
};

// What one event loop knows of hosts and their addresses. Belongs to the loop.
class NameCache {
 public:
  NameCache(EventLoop& loop, Resolver& resolver);
  NameCache(const NameCache&) = delete;
  NameCache& operator=(const NameCache&) = delete;
  ~NameCache();

  // Calls back from within when the answer is known, otherwise later, once; unless forgotten.
  void resolve(const std::string& host, std::uint16_t port, NameWaiter& waiter);
  void forget(NameWaiter& waiter);
  // Keeps nothing that nobody waits for.
  void clear();

 private:
  struct Name {
    std::shared_ptr<const Resolver::Addresses> addresses;  // null: not known yet
    Milliseconds good_until{0};
    std::vector<NameWaiter*> waiting;
  };

  void learn(const std::string& key, Resolver::Addresses addresses);

  EventLoop& loop_;
  Resolver& resolver_;
  // Where answers go: null once this is gone.
  const std::shared_ptr<Synchronized<NameCache*>> self_;
  std::unordered_map<std::string, Name> names_;  // by host and port
};

}  // namespace penstock::router
