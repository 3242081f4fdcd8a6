#pragma once

#include "runtime/router/loop/event_loop.h"

namespace penstock::router {

// Answers one request of a Session, over several events. on_events() gets those of the client's socket. It ends by
// calling Session::responded() or Session::close(), after which it must not touch anything of itself.
class Responder : public EventHandler {
 public:
  // Starts to answer; called once.
  virtual void start() = 0;
};

}  // namespace penstock::router
