#pragma once

#include "base/json.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/stream.h"
#include "runtime/router/loop/timer.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
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
  // Has it drain applications; `request` is that of a drain. `done` is called once, as late as such a drain ends, with
  // the answer or null. Others may be asked meanwhile.
  void drain(const Json& request, Answered done);
  bool gone() const { return !stream_.open(); }

  void on_events(std::uint32_t events) override;

 private:
  void take_line(const std::string& line);
  void end_drain(std::uint64_t id, const Json& answer);
  void lose();

  EventLoop& loop_;
  std::function<void(const Json&)> farewell_;
  std::string received_;
  std::deque<Answered> awaited_;
  std::uint64_t last_drain_ = 0;
  std::map<std::uint64_t, Answered> drains_;
  Timer patience_;
  Stream stream_;
};

}  // namespace penstock::router
