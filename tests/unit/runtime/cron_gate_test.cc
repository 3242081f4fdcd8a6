#include "runtime/crons/cron_gate.h"

#include "base/error.h"

#include <catch2/catch.hpp>

#include <future>
#include <optional>

using namespace penstock;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  CronGate gate;
  CapturingSink output;

  CronGate::Patience patience(std::chrono::seconds limit, std::stop_token stop = {}) {
    return {.limit = limit, .output = output, .stop = std::move(stop)};
  }
  // A cron that runs until it is asked to end.
  std::future<void> obedient_cron(std::promise<void>& runs) {
    return std::async(std::launch::async, [this, &runs] {
      const CronGate::Pass pass(gate, "main", "cron tidy", {});
      std::promise<void> asked;
      const std::stop_callback wake(pass.asked_to_end(), [&asked] { asked.set_value(); });
      runs.set_value();
      asked.get_future().wait();
    });
  }
};

}  // namespace

TEST_CASE("a pause waits for the crons that run") {
  Fixture fixture;
  std::optional<CronGate::Pass> pass(std::in_place, fixture.gate, "main", "cron tidy", std::stop_token());
  auto pause = std::async(std::launch::async, [&] { CronGate::Pause(fixture.gate, "main", fixture.patience(60s)); });
  CHECK(pause.wait_for(50ms) == std::future_status::timeout);
  pass.reset();
  pause.get();
  CHECK_THAT(fixture.output.text(), Catch::Contains("Waiting for cron tidy to end, at most 60 s"));
}

TEST_CASE("crons that run too long are asked to end") {
  Fixture fixture;
  std::promise<void> runs;
  auto cron = fixture.obedient_cron(runs);
  runs.get_future().wait();
  const CronGate::Pause pause(fixture.gate, "main", fixture.patience(0s));
  cron.get();
  CHECK_THAT(fixture.output.text(), Catch::Contains("cron tidy still runs: it is asked to end"));
}

TEST_CASE("during a pause no cron begins, and afterwards it does") {
  Fixture fixture;
  std::optional<CronGate::Pause> pause(std::in_place, fixture.gate, "main", fixture.patience(0s));
  auto cron = std::async(std::launch::async, [&] { CronGate::Pass(fixture.gate, "main", "cron tidy", {}); });
  CHECK(cron.wait_for(50ms) == std::future_status::timeout);
  const CronGate::Pass elsewhere(fixture.gate, "other", "cron tidy", {});
  pause.reset();
  cron.get();
}

TEST_CASE("whoever waits can be stopped") {
  Fixture fixture;
  std::stop_source stop;
  stop.request_stop();
  {
    const CronGate::Pass pass(fixture.gate, "main", "cron tidy", {});
    CHECK_THROWS_AS(CronGate::Pause(fixture.gate, "main", fixture.patience(60s, stop.get_token())), Cancelled);
  }
  const CronGate::Pause pause(fixture.gate, "main", fixture.patience(0s));
  CHECK_THROWS_AS(CronGate::Pass(fixture.gate, "main", "cron tidy", stop.get_token()), Cancelled);
}
