#include "daemon/push_options.h"

#include "base/error.h"

#include <catch2/catch.hpp>

using namespace penstock;

namespace {

PushOptions parse(const std::vector<std::string>& options) {
  CapturingSink warnings;
  return PushOptions::parse(options, warnings);
}

}  // namespace

TEST_CASE("push options describe the environment") {
  const PushOptions options =
      parse({"environment.status=active", "environment.title=A = B", "environment.parent=stage",
             "environment.type=staging", "environment.clone_parent_on_create=false", "resources.init=minimum"});
  CHECK(options.activate);
  CHECK(options.title == "A = B");
  CHECK(options.parent == "stage");
  CHECK(options.type == EnvironmentType::Staging);
  CHECK(options.clone_parent == false);
  CHECK(options.strategy == Strategy::StopStart);
  CHECK(parse({"deploy.strategy=rolling"}).strategy == Strategy::Rolling);
}

TEST_CASE("an unknown push option is ignored with a warning that names the nearest") {
  CapturingSink warnings;
  const PushOptions options = PushOptions::parse({"enviroment.status=active"}, warnings);
  CHECK_FALSE(options.activate);
  CHECK(warnings.text() == "W: unknown push option enviroment.status, did you mean 'environment.status'?\n");
}

TEST_CASE("a value that cannot be is refused") {
  CHECK_THROWS_AS(parse({"environment.status=asleep"}), UserError);
  CHECK_THROWS_AS(parse({"environment.type=production"}), UserError);
  CHECK_THROWS_AS(parse({"resources.init=much"}), UserError);
  CHECK_THROWS_AS(parse({"environment.clone_parent_on_create=perhaps"}), UserError);
  CHECK_THROWS_WITH(parse({"deploy.strategy=fast"}), Catch::Contains("stopstart, rolling"));
}
