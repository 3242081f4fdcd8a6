#include "runtime/router/loop/event_loop.h"

#include "base/process.h"
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

}  // namespace penstock::router
