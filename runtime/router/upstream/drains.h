#pragma once

#include "runtime/router/loop/event_loop.h"
#include "runtime/router/upstream/upstream_pool.h"

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

namespace penstock::router {

// Applications that are about to stop, and how long the requests with them may take to end.
struct DrainOrder {
  std::vector<std::string> addresses;
  Milliseconds requests{0};
  Milliseconds streams{0};  // those that have no end of their own: WebSockets, event streams
};

struct DrainReport {
  std::uint64_t finished = 0;
  std::uint64_t closed = 0;  // streams that were ended when their time was over
  std::uint64_t cut = 0;     // other requests that were broken off when theirs was

  DrainReport& operator+=(const DrainReport& other);
};

// Waits for the exchanges of one event loop that are with applications about to stop, and ends those whose time is
// over. Belongs to that loop, as the pool does.
class Drains {
 public:
  using Done = std::function<void(const DrainReport& report)>;

  Drains(EventLoop& loop, UpstreamPool& pool);

  // Calls `done` once none of the addresses has a connection in use; never from within this call.
  void begin(DrainOrder order, Done done);

 private:
  struct Drain {
    Drain(EventLoop& loop, DrainOrder what, Done then, std::function<void()> look);

    DrainOrder order;
    Done done;
    std::uint64_t waited = 0;
    Milliseconds began;
    DrainReport report;
    Timer timer;
  };

  void look_soon();
  void look();
  bool look_at(Drain& drain);
  std::vector<UpstreamUser*> users(const Drain& drain) const;

  EventLoop& loop_;
  UpstreamPool& pool_;
  std::list<Drain> drains_;
};

}  // namespace penstock::router
