#pragma once

#include "runtime/router/hold/hold.h"

#include <memory>

namespace penstock::router {

// One event loop's way into a Hold.
class HoldQueue {
 public:
  HoldQueue(EventLoop& loop, std::shared_ptr<Hold> hold) : loop_(loop), hold_(std::move(hold)) {}

  using Verdict = Hold::Verdict;
  using Ticket = Hold::Ticket;

  Verdict judge(bool idempotent, std::size_t bytes) { return hold_->judge(idempotent, bytes); }
  Ticket join(HeldRequest& request, std::size_t bytes) { return hold_->join(loop_, request, bytes); }
  void leave(const Ticket& ticket) { hold_->leave(ticket); }
  void count_cut() { hold_->count_cut(); }

  const std::shared_ptr<Hold>& hold() const { return hold_; }

 private:
  EventLoop& loop_;
  std::shared_ptr<Hold> hold_;
};

}  // namespace penstock::router
