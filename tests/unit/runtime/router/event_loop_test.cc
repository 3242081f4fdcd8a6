#include "runtime/router/loop/event_loop.h"

#include "base/process.h"
#include "runtime/router/hold/hold_queue.h"
#include "support/eventually.h"

#include <catch2/catch.hpp>

#include <memory>
#include <thread>

namespace penstock::router {

TEST_CASE("timers fire once, in time, however far away") {
  TimerWheel wheel(Milliseconds(0));
  int fired = 0;
  Timer soon(wheel, [&] { ++fired; });
  Timer far(wheel, [&] { fired += 100; });
  CHECK_FALSE(wheel.wait(Milliseconds(0)));
  soon.arm(Milliseconds(20));
  far.arm(Milliseconds(60'000));
  CHECK(wheel.wait(Milliseconds(0)) <= Milliseconds(28));
  wheel.advance(Milliseconds(19));
  CHECK(fired == 0);
  wheel.advance(Milliseconds(30));
  CHECK(fired == 1);
  for (int now = 100; now < 60'000; now += 100) wheel.advance(Milliseconds(now));
  CHECK(fired == 1);
  wheel.advance(Milliseconds(60'010));
  CHECK(fired == 101);
}

TEST_CASE("a timer armed again or cancelled does not fire at its old time") {
  TimerWheel wheel(Milliseconds(0));
  int fired = 0;
  Timer later(wheel, [&] { ++fired; });
  Timer never(wheel, [&] { ++fired; });
  Timer sooner(wheel, [&] { ++fired; });
  later.arm(Milliseconds(20));
  later.arm(Milliseconds(2000));
  never.arm(Milliseconds(20));
  never.cancel();
  sooner.arm(Milliseconds(50'000));
  sooner.arm(Milliseconds(30));
  wheel.advance(Milliseconds(1000));
  CHECK(fired == 1);
  CHECK(later.armed());
  wheel.advance(Milliseconds(2100));
  CHECK(fired == 2);
}

TEST_CASE("no timer is lost in a long pause, and one may destroy itself and others") {
  TimerWheel wheel(Milliseconds(0));
  int fired = 0;
  auto victim = std::make_unique<Timer>(wheel, [&] { fired += 100; });
  auto killer = std::make_unique<Timer>(wheel, [&] {
    ++fired;
    victim.reset();
  });
  killer->arm(Milliseconds(10));
  victim->arm(Milliseconds(10));
  Timer other(wheel, [&] { ++fired; });
  other.arm(Milliseconds(70'000));
  wheel.advance(Milliseconds(1'000'000));
  CHECK(fired == 2);
}

TEST_CASE("a timer armed by an event counts from the event, however long the loop was idle before") {
  using Clock = std::chrono::steady_clock;
  EventLoop loop;
  const Clock::time_point made = Clock::now();
  Pipe pipe;
  Clock::time_point armed;
  Clock::time_point fired;
  Timer timer(loop.timers(), [&] {
    fired = Clock::now();
    loop.stop();
  });
  struct Arm final : EventHandler {
    explicit Arm(std::function<void()> its_action) : action(std::move(its_action)) {}
    void on_events(std::uint32_t /*events*/) override { action(); }
    std::function<void()> action;
  } arm([&] {
    loop.remove(pipe.read.get());
    armed = Clock::now();
    timer.arm(Milliseconds(40));
  });
  loop.add(pipe.read.get(), EPOLLIN, arm);
  pipe.write.reset();
  REQUIRE(test::eventually([&] { return Clock::now() - made > Milliseconds(100); }));
  loop.run();
  CHECK(fired - armed >= Milliseconds(30));
}

TEST_CASE("other threads hand tasks to a loop and stop it") {
  EventLoop loop;
  std::thread::id ran_on;
  std::jthread other([&] {
    loop.post([&] { ran_on = std::this_thread::get_id(); });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  CHECK(ran_on == std::this_thread::get_id());
}

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

}  // namespace

TEST_CASE("a hold queue lets go in order and knows who left") {
  EventLoop loop;
  HoldQueue queue(loop);
  CHECK(queue.judge(true, 1) == HoldQueue::Verdict::Pass);
  queue.hold({.active = true, .max_requests = 3, .max_bytes = 100});
  CHECK(queue.judge(false, 1) == HoldQueue::Verdict::RefuseMethod);
  CHECK(queue.judge(true, 101) == HoldQueue::Verdict::RefuseFull);
  REQUIRE(queue.judge(true, 1) == HoldQueue::Verdict::Wait);
  std::string log;
  Waiter a(log, 'a');
  Waiter b(log, 'b');
  Waiter c(log, 'c');
  queue.join(a, 1);
  const auto ticket = queue.join(b, 1);
  queue.join(c, 1);
  CHECK(queue.judge(true, 1) == HoldQueue::Verdict::RefuseFull);
  queue.leave(ticket);
  queue.release();
  CHECK(log == "ac");
  CHECK_FALSE(queue.idle());
  a.slot.free();
  c.slot.free();
  CHECK(queue.idle());
  CHECK(queue.report().held == 3);
  CHECK(queue.report().released == 2);
  CHECK(queue.report().abandoned == 1);
  CHECK(queue.report().refused == 3);
}

TEST_CASE("who comes while a hold queue empties goes behind those who wait") {
  EventLoop loop;
  HoldQueue queue(loop);
  queue.hold({.active = true});
  std::string log;
  std::vector<std::unique_ptr<Waiter>> waiters;
  for (int i = 0; i < 40; ++i) queue.join(*waiters.emplace_back(std::make_unique<Waiter>(log, 'w')), 1);
  queue.release();
  const std::size_t first = log.size();
  CHECK(first < 40);
  CHECK(queue.judge(true, 1) == HoldQueue::Verdict::Wait);
  CHECK(queue.judge(false, 1) == HoldQueue::Verdict::Pass);
  waiters[0]->slot.free();
  CHECK(log.size() == first + 1);
  queue.hold({.active = true});
  waiters[1]->slot.free();
  CHECK(log.size() == first + 1);
}

}  // namespace penstock::router
