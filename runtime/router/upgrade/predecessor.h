#pragma once

#include "base/json.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/stream.h"
#include "runtime/router/loop/timer.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace penstock::router {

// The router whose place this one took. It serves on those who are connected to it, holds on whom it holds, and must
// be told what this one is told. Belongs to one event loop.
class Predecessor final : public EventHandler {
 public:
  using Answered = std::function<void(const Json& answer)>;

  // `connection` is that of its Inheritance. `farewell` is called with the hold reports it leaves, by environment, when
  // it ends.
  Predecessor(EventLoop& loop, Fd connection, std::function<void(const Json& reports)> farewell);
  ~Predecessor() override;

  // `answered` is called once, with null when the other is gone or does not answer in time.
  void ask(const Json& request, Answered answered);
  bool gone() const { return !stream_.open(); }

  void on_events(std::uint32_t events) override;

 private:
  void take_line(const std::string& line);
  void lose();

  EventLoop& loop_;
  std::function<void(const Json&)> farewell_;
  std::string received_;
  std::deque<Answered> awaited_;
  Timer patience_;
  Stream stream_;
};

}  // namespace penstock::router
