#include "api/environment_settings_json.h"
#include "base/error.h"
#include "store/environment.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace penstock;
using api::apply_settings;

TEST_CASE("settings of an environment are what was set") {
  const Json wanted = {{"enable_manual_deployments", true},
                       {"hold", "all"},
                       {"on_failure", "keep"},
                       {"enable_cache_grace_period", true},
                       {"hold_timeout_s", 1},
                       {"hold_max_requests", 2},
                       {"hold_max_bytes", 3},
                       {"drain_timeout_s", 0},
                       {"start_timeout_s", 5},
                       {"stop_grace_s", 6},
                       {"cron_patience_s", 7},
                       {"data_snapshots", 0},

                       {"worker_stop_grace_s", 7}};
  Environment environment;
  apply_settings(environment.settings, wanted);
  Json shown = api::settings_json(environment);
  shown.erase("_links");
  CHECK(shown == wanted);
}

TEST_CASE("a setting with a value that cannot be is refused with the ones that can") {
  EnvironmentSettings settings;
  const auto refusal = [&](const Json& patch) {
    try {
      apply_settings(settings, patch);
    } catch (const UserError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  CHECK(refusal({{"hold", "some"}}) == "unknown hold setting \"some\": expected one of idempotent, all");
  CHECK(refusal({{"on_failure", 1}}) == "cannot set on_failure: it must be a text");
  CHECK(refusal({{"hold_timeout_s", 0}}) == "cannot set hold_timeout_s: it must be a whole number from 1 to 86400");
  CHECK(refusal({{"drain_timeout_s", -1}}) == "cannot set drain_timeout_s: it must be a whole number from 0 to 86400");
  CHECK(refusal({{"drain_timeout_s", 1.5}}) == "cannot set drain_timeout_s: it must be a whole number from 0 to 86400");
  CHECK(refusal({{"hold_max_requests", 18446744073709551615ULL}}) ==
        "cannot set hold_max_requests: it must be a whole number from 0 to 1000000");
  CHECK(refusal({{"hold_max_bytes", "64M"}}) ==
        "cannot set hold_max_bytes: it must be a whole number from 0 to 17179869184");
  CHECK(refusal({{"enable_manual_deployments", "yes"}}) ==
        "cannot set enable_manual_deployments: it must be true or false");
  CHECK(refusal({{"hold_everything", true}}) == "cannot set hold_everything: an environment has no such setting");
}
