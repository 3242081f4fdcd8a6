#pragma once

#include "base/synchronized.h"
#include "runtime/router/loop/socket_address.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace penstock::router {

// Looks up the addresses of hosts, on threads of its own, and keeps to those that anybody may reach: not this machine,
// nor what only it sees. Thread safe.
class Resolver {
 public:
  using Addresses = std::vector<SocketAddress>;
  // `allowed` are addresses that may be connected to although they are this machine's.
  explicit Resolver(std::vector<std::string> allowed) : allowed_(std::move(allowed)) {}
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  // Waits for look-ups under way.
  ~Resolver() = default;

  // Begins to look up. Once, after the signals that are handled elsewhere are blocked.
  void start();

  // Calls `done` once, on a thread of this, in time: with no addresses when there are none or too many wait.
  void resolve(const std::string& host, std::uint16_t port, std::function<void(Addresses)> done);

 private:
  struct Question {
    std::string host;
    std::uint16_t port = 0;
    std::function<void(Addresses)> done;
  };

  void run(const std::stop_token& stop);
  Addresses look_up(const Question& question) const;

  const std::vector<std::string> allowed_;
  Synchronized<std::deque<Question>> questions_;
  std::condition_variable_any asked_;
  std::vector<std::jthread> threads_;
};

}  // namespace penstock::router
