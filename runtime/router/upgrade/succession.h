#pragma once

#include "base/json.h"
#include "runtime/router/control/control_server.h"
#include "runtime/router/hold/hold_keeper.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/listening_sockets.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/workers.h"

#include <cstdint>
#include <functional>

namespace penstock::router {

// How a router leaves its place to another, which asks for it on a control connection: it offers its sockets, waits to
// be relieved, and then serves only those who are connected already, held requests included, until the last is gone.
// A successor that goes away before it relieves changes nothing. Belongs to one event loop.
class Succession {
 public:
  struct Parts {
    EventLoop& loop;
    ControlServer& control;
    Workers& workers;
    ListeningSockets& sockets;
    HoldKeeper& holds;
    // Calls back on the loop when all that was changed before is on disk.
    std::function<void(std::function<void()>)> settle;
    // Leaves what is on disk, and what is asked elsewhere, to the successor.
    std::function<void()> retire;
  };
  // `finished` is called when nobody is left to be served.
  Succession(const Parts& parts, std::function<void()> finished);

  // "take-over": answered with the sockets. Nobody else is heard from now on.
  void offer(std::uint64_t connection, const ControlServer::Reply& reply);
  // "relieve": answered with how many connections and held requests stay here.
  void leave(std::uint64_t connection, const ControlServer::Reply& reply);
  // "stop", of the successor: those who are left have only the time that a router has which stops.
  void hurry(std::uint64_t connection, const ControlServer::Reply& reply);

  void on_closed(std::uint64_t connection);

 private:
  enum class State : std::uint8_t { Serving, Offered, Left };

  void expect(State state, std::uint64_t connection) const;
  // Says farewell once nobody is left.
  void finish();

  Parts parts_;
  std::function<void()> finished_;
  State state_ = State::Serving;
  std::uint64_t successor_ = 0;  // its connection
  bool replied_ = false;         // to be relieved
  bool drained_ = false;
  Timer patience_;
};

}  // namespace penstock::router
