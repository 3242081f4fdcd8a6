#include "runtime/router/hold/hold_queue.h"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace penstock::router {

namespace {

struct Waiter final : HeldRequest {
  Waiter(std::string& log_of_all, char its_name) : log(log_of_all), name(its_name) {}
  void proceed(ReleaseSlot its_slot) override {
    log += name;
    slot = std::move(its_slot);
  }
  void give_up() override { log += '!'; }

  std::string& log;
  char name;
  ReleaseSlot slot;
};

// Has a loop do what it was asked so far.
void settle(EventLoop& loop) {
  loop.post([&] { loop.stop(); });
  loop.run();
}

struct Held {
  EventLoop loop;
  std::shared_ptr<Hold> hold = std::make_shared<Hold>();
  HoldQueue queue{loop, hold};
  std::string log;
};

}  // namespace

TEST_CASE("a hold queue lets go in order and knows who left") {
  Held held;
  HoldQueue& queue = held.queue;
  CHECK(queue.judge(true, 1) == HoldQueue::Verdict::Pass);
  held.hold->begin({.active = true, .max_requests = 3, .max_bytes = 100});
  CHECK(queue.judge(false, 1) == HoldQueue::Verdict::RefuseMethod);
  CHECK(queue.judge(true, 101) == HoldQueue::Verdict::RefuseFull);
  REQUIRE(queue.judge(true, 1) == HoldQueue::Verdict::Wait);
  Waiter a(held.log, 'a');
  Waiter b(held.log, 'b');
  Waiter c(held.log, 'c');
  queue.join(a, 1);
  const auto ticket = queue.join(b, 1);
  queue.join(c, 1);
  CHECK(queue.judge(true, 1) == HoldQueue::Verdict::RefuseFull);
  queue.leave(ticket);
  held.hold->end();
  settle(held.loop);
  CHECK(held.log == "ac");
  CHECK_FALSE(held.hold->idle());
  a.slot.free();
  c.slot.free();
  CHECK(held.hold->idle());
  CHECK(held.hold->report().held == 3);
  CHECK(held.hold->report().released == 2);
  CHECK(held.hold->report().abandoned == 1);
  CHECK(held.hold->report().refused == 3);
}

TEST_CASE("who comes while a hold queue empties goes behind those who wait") {
  Held held;
  held.hold->begin({.active = true});
  std::vector<std::unique_ptr<Waiter>> waiters;
  for (int i = 0; i < 40; ++i) held.queue.join(*waiters.emplace_back(std::make_unique<Waiter>(held.log, 'w')), 1);
  held.hold->end();
  settle(held.loop);
  const std::size_t first = held.log.size();
  CHECK(first < 40);
  CHECK(held.queue.judge(true, 1) == HoldQueue::Verdict::Wait);
  CHECK(held.queue.judge(false, 1) == HoldQueue::Verdict::Pass);
  waiters[0]->slot.free();
  settle(held.loop);
  CHECK(held.log.size() == first + 1);
  CHECK(held.hold->quicken());
  settle(held.loop);
  CHECK(held.log.size() == 40);
  CHECK_FALSE(held.hold->quicken());
}

TEST_CASE("a hold that begins again lets nobody else go") {
  Held held;
  held.hold->begin({.active = true});
  std::vector<std::unique_ptr<Waiter>> waiters;
  for (int i = 0; i < 40; ++i) held.queue.join(*waiters.emplace_back(std::make_unique<Waiter>(held.log, 'w')), 1);
  held.hold->end();
  held.hold->begin({.active = true});
  settle(held.loop);
  const std::size_t first = held.log.size();
  waiters[0]->slot.free();
  settle(held.loop);
  CHECK(held.log.size() == first);
}

TEST_CASE("a request that was let go but hung up before it heard of it is not served, nor keeps others back") {
  Held held;
  held.hold->begin({.active = true});
  Waiter gone(held.log, 'g');
  const auto ticket = held.queue.join(gone, 1);
  held.hold->end();
  held.queue.leave(ticket);
  CHECK_FALSE(held.hold->idle());
  settle(held.loop);
  CHECK(held.log.empty());
  CHECK(held.hold->idle());
  CHECK(held.hold->report().released == 0);
}

TEST_CASE("a request that joins just after its hold ended goes on at once") {
  Held held;
  held.hold->begin({.active = true});
  REQUIRE(held.queue.judge(true, 1) == HoldQueue::Verdict::Wait);
  held.hold->end();
  Waiter late(held.log, 'l');
  held.queue.join(late, 1);
  settle(held.loop);
  CHECK(held.log == "l");
}

TEST_CASE("the loops of a router share the bounds of a hold, and its order") {
  Held held;
  EventLoop other_loop;
  HoldQueue other(other_loop, held.hold);
  held.hold->begin({.active = true, .max_requests = 2});
  Waiter first(held.log, '1');
  Waiter second(held.log, '2');
  other.join(first, 1);
  held.queue.join(second, 1);
  CHECK(held.queue.judge(true, 1) == HoldQueue::Verdict::RefuseFull);
  CHECK(other.judge(true, 1) == HoldQueue::Verdict::RefuseFull);
  held.hold->end();
  settle(held.loop);
  CHECK(held.log == "2");
  std::thread([&] { settle(other_loop); }).join();
  CHECK(held.log == "21");
  CHECK(held.hold->report().released == 2);
}

TEST_CASE("a hold gives up those whose time is over, and tells when the next one is due") {
  Held held;
  CHECK_FALSE(held.hold->expire(held.loop.now()));
  held.hold->begin({.active = true, .timeout = std::chrono::seconds(2)});
  CHECK(held.hold->expire(held.loop.now()) == Milliseconds(2000));
  Waiter waiter(held.log, 'w');
  held.queue.join(waiter, 1);
  CHECK(held.hold->expire(held.loop.now() + Milliseconds(500)) == Milliseconds(1500));
  held.hold->expire(held.loop.now() + Milliseconds(2000));
  settle(held.loop);
  CHECK(held.log == "!");
  CHECK(held.hold->report().timed_out == 1);
}

}  // namespace penstock::router
