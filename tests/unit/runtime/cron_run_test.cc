#include "runtime/crons/cron_run.h"

#include "unit/runtime/deployer_fixture.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <future>

namespace {

using namespace penstock;
using penstock::test::DeployerFixture;
using End = CronResult::End;

// An application with a cron "tidy" whose command runs until SIGTERM, unless a test says otherwise.
struct CronFixture : DeployerFixture {
  CronFixture() {
    config::Cron& cron = configuration.applications["app"].crons["tidy"];
    cron.spec = "* * * * *";
    cron.start = "tidy";
    cron.shutdown_timeout = std::chrono::seconds(0);
  }

  config::Cron& cron() { return configuration.applications["app"].crons["tidy"]; }

  CronResult run(std::stop_token stop = {}) {
    const Environment current = store.environments().get(environment.project, environment.name);
    return life->deployer.run_cron({.environment = current,
                                    .application = "app",
                                    .cron = "tidy",
                                    .output = life->output,
                                    .stop = std::move(stop)});
  }

  // As a command does that ends with `on_term` at SIGTERM.
  static ExitStatus until_term(const RunOptions& options) {
    std::promise<bool> end;
    std::atomic<bool> ended = false;
    const auto tell = [&](bool killed) {
      if (!ended.exchange(true)) end.set_value(killed);
    };
    const std::stop_callback killed(options.stop, [&] { tell(true); });
    const std::stop_callback term(options.terminate, [&] { tell(false); });
    if (end.get_future().get()) throw Cancelled("killed");
    return {.code = 0, .signal = SIGTERM};
  }
  static bool is(const ExecSpec& spec, const std::string& command) { return spec.argv.at(2).ends_with(command); }
};

}  // namespace

TEST_CASE_METHOD(CronFixture, "a cron runs in the live container, and its output is kept") {
  REQUIRE(deploy("d1").success());
  life->engine.on_exec = [](const ContainerSpec& container, const ExecSpec& spec, const RunOptions& options) {
    CHECK(container.id == "d1-app");
    CHECK(is(spec, "; tidy"));
    options.out.line("tidied");
    return ExitStatus{.code = 3};
  };
  const CronResult result = run();
  CHECK(result.status.code == 3);
  CHECK(result.end == End::Finished);
  CHECK_THAT(life->output.text(), Catch::Contains("tidied"));
}

TEST_CASE_METHOD(CronFixture, "a cron that takes longer than its timeout is asked to end") {
  cron().timeout = std::chrono::seconds(0);
  cron().shutdown_timeout = std::chrono::seconds(60);
  REQUIRE(deploy("d1").success());
  life->engine.on_exec = [](const auto&, const auto&, const RunOptions& options) { return until_term(options); };
  const CronResult result = run();
  CHECK(result.end == End::TimedOut);
  CHECK(result.status.signal == SIGTERM);
}

TEST_CASE_METHOD(CronFixture, "its stop command is run instead of SIGTERM, and it is killed when that does not help") {
  cron().timeout = std::chrono::seconds(0);
  cron().stop = "please";
  REQUIRE(deploy("d1").success());
  std::atomic<bool> asked = false;
  life->engine.on_exec = [&](const auto&, const ExecSpec& spec, const RunOptions& options) {
    if (!is(spec, "; please")) return until_term(options);
    asked = true;
    return ExitStatus{};
  };
  CHECK(run().status.signal == SIGKILL);
  CHECK(asked);
}

TEST_CASE_METHOD(CronFixture, "who cancels a cron asks it to end") {
  cron().shutdown_timeout = std::chrono::seconds(60);
  REQUIRE(deploy("d1").success());
  std::stop_source stop;
  life->engine.on_exec = [&](const auto&, const auto&, const RunOptions& options) {
    stop.request_stop();
    return until_term(options);
  };
  CHECK(run(stop.get_token()).end == End::Cancelled);
}

TEST_CASE_METHOD(CronFixture,
                 "a deployment waits for a cron, then asks it to end, and the next one runs in its release") {
  cron().shutdown_timeout = std::chrono::seconds(60);
  environment.settings.cron_patience_s = 0;
  store.environments().update(environment);
  REQUIRE(deploy("d1").success());
  std::promise<void> runs;
  life->engine.on_exec = [&](const auto&, const auto&, const RunOptions& options) {
    runs.set_value();
    return until_term(options);
  };
  auto first = std::async(std::launch::async, [&] { return run(); });
  runs.get_future().wait();
  std::string ran_in;
  CHECK(deploy("d2").success());
  CHECK(first.get().end == End::Asked);
  life->engine.on_exec = [&](const ContainerSpec& container, const auto&, const auto&) {
    ran_in = container.id;
    return ExitStatus{};
  };
  CHECK(run().status.success());
  CHECK(ran_in == "d2-app");
}

TEST_CASE_METHOD(CronFixture, "a cron that the live release has not is refused") {
  CHECK_THROWS_WITH(run(), "cannot run cron tidy: nothing is deployed");
  configuration.applications["app"].crons.clear();
  REQUIRE(deploy("d1").success());
  CHECK_THROWS_WITH(run(), "cannot run cron tidy: what is live now has none of that name");
}
