#pragma once

#include "runtime/router/loop/event_loop.h"

#include <list>
#include <memory>

namespace penstock::router {

// A client's connection, whatever protocol it speaks. Its Worker owns it.
class Connection : public EventHandler {
 public:
  // Breaks it off.
  virtual void close() = 0;
  // Asks the client to connect anew, in a way that loses no request. Until it does it is served.
  virtual void drain() = 0;
  // Takes no further requests and closes when those under way are answered.
  virtual void finish() = 0;

 private:
  friend class Worker;
  std::list<std::unique_ptr<Connection>>::iterator place_;  // in its Worker
};

}  // namespace penstock::router
