#include "client/wire.h"

#include "base/error.h"

#include <catch2/catch.hpp>

using namespace penstock;
using namespace penstock::client;

TEST_CASE("an activity is finished when it is complete, cancelled or staged") {
  CHECK(Activity::from_json({{"state", "complete"}, {"completion_percent", 100}}).is_finished());
  CHECK(Activity::from_json({{"state", "cancelled"}, {"completion_percent", 20}}).is_finished());
  CHECK_FALSE(Activity::from_json({{"state", "in_progress"}, {"completion_percent", 20}}).is_finished());
}

TEST_CASE("an activity whose hook failed counts as failed") {
  const Json document = {{"result", "success"}, {"commands", {{{"app", "app"}, {"exit_code", 1}}}}};
  CHECK(Activity::from_json(document).failed());
}

TEST_CASE("a log line is an item or the seal") {
  const LogItem item = LogItem::from_line(R"({"_id":"1-0","data":{"timestamp":"t","message":"hello\n"}})");
  CHECK(item.message == "hello\n");
  CHECK_FALSE(item.is_seal);
  CHECK(LogItem::from_line(R"({"seal":true})").is_seal);
  CHECK_THROWS_AS(LogItem::from_line("nonsense"), Error);
}

TEST_CASE("a variable that names an environment is of that level") {
  CHECK(Variable::from_json({{"name", "a"}, {"environment", "main"}}).level == "environment");
  CHECK(Variable::from_json({{"name", "a"}}).level == "project");
}
