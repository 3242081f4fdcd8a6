#pragma once

#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/listener.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace penstock::router {

class MetricsConnection;

// Answers every request on a socket of its own with the metrics; a few connections at a time. Belongs to one event
// loop.
class MetricsServer {
 public:
  using Deliver = std::function<void(const std::string& text)>;
  // Makes the text and hands it over, on the loop, now or later.
  using Collect = std::function<void(Deliver deliver)>;

  // `socket` listens and outlives this.
  MetricsServer(EventLoop& loop, int socket, Collect collect);
  ~MetricsServer();

 private:
  friend class MetricsConnection;
  void accept(Fd client);
  void answer(std::uint64_t connection);
  void close(std::uint64_t connection);

  EventLoop& loop_;
  Collect collect_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<MetricsConnection>> connections_;
  ConnectionLimits limits_{{}};
  Listener listener_;
};

}  // namespace penstock::router
