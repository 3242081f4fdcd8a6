// A client that judges what the router answers.
#pragma once

#include "base/handle.h"
#include "runtime/router/loop/event_loop.h"

#include <string>

namespace penstock::fuzz {

// Sends its bytes piece by piece, takes all that comes back, closes when nothing happens any more and stops the loop.
class FakeClient final : public router::EventHandler {
 public:
  struct Script {
    std::string bytes;
    std::size_t piece;
  };

  FakeClient(router::EventLoop& loop, Fd fd, Script script);
  ~FakeClient() override;

  void on_events(std::uint32_t events) override;

  // What came back is a row of whole answers, the last perhaps cut off, and no more than there were requests.
  void require_answers_in_order() const;

 private:
  void tick();
  void send_piece();

  router::EventLoop& loop_;
  Fd fd_;
  Script script_;
  std::size_t sent_ = 0;
  int quiet_rounds_ = 0;
  std::string received_;
};

}  // namespace penstock::fuzz
