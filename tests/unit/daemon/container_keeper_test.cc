#include "daemon/container_keeper.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/synchronized.h"
#include "support/eventually.h"
#include "unit/runtime/fake_engine.h"

#include <catch2/catch.hpp>

namespace {

using namespace penstock;
using namespace std::chrono_literals;
using penstock::test::eventually;
using penstock::test::FakeEngine;

struct KeeperFixture {
  KeeperFixture() { engine.create({.id = "c1"}); }

  // Ends the container, and takes the time until it is revived.
  std::chrono::nanoseconds until_revived() {
    const auto before = calls.lock()->size();
    const Stopwatch waited;
    engine.kill("c1");
    REQUIRE(eventually([&] { return calls.lock()->size() == before + 1; }));
    return waited.elapsed();
  }

  Synchronized<FakeEngine::Machine> machine;
  FakeEngine engine{machine};
  Synchronized<std::vector<std::string>> calls;
};

}  // namespace

TEST_CASE_METHOD(KeeperFixture, "a container that ends is revived at once, and later when it ends again soon") {
  const ContainerKeeper keeper(engine, [&](const std::string& container, const std::stop_token&) {
    calls.lock()->push_back(container);
    return Revived::Started;
  });
  CHECK(until_revived() < 900ms);
  CHECK(until_revived() >= 1s);
  CHECK(until_revived() >= 2s);
}

TEST_CASE_METHOD(KeeperFixture, "a container of a busy environment is looked at again") {
  const ContainerKeeper keeper(engine, [&](const std::string& container, const std::stop_token&) {
    calls.lock()->push_back(container);
    return calls.lock()->size() < 2 ? Revived::Busy : Revived::NotNeeded;
  });
  engine.kill("c1");
  CHECK(eventually([&] { return calls.lock()->size() == 2; }));
}

TEST_CASE_METHOD(KeeperFixture, "a container that could not be revived is tried again") {
  const ContainerKeeper keeper(engine, [&](const std::string& container, const std::stop_token&) -> Revived {
    calls.lock()->push_back(container);
    throw Error("cannot make it");
  });
  engine.kill("c1");
  CHECK(eventually([&] { return calls.lock()->size() == 2; }));
}

TEST_CASE_METHOD(KeeperFixture, "the keeper's end ends a revival under way") {
  std::atomic<bool> stopped = false;
  {
    const ContainerKeeper keeper(engine, [&](const std::string& container, const std::stop_token& stop) {
      calls.lock()->push_back(container);
      while (!stop.stop_requested()) std::this_thread::yield();
      stopped = true;
      return Revived::NotNeeded;
    });
    engine.kill("c1");
    REQUIRE(eventually([&] { return calls.lock()->size() == 1; }));
  }
  CHECK(stopped);
}
