#include "pipeline/artifact/ordered_work.h"

#include "base/error.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace penstock;

namespace {

OrderedWork::Producer number_producer() {
  return [](std::size_t index, std::string& result) { result = std::to_string(index); };
}

}  // namespace

TEST_CASE("results of many threads are taken in order") {
  std::vector<std::string> taken;
  OrderedWork{.jobs = 1000, .threads = 4, .stop = {}}.run(number_producer,
                                                          [&](const std::string& result) { taken.push_back(result); });
  REQUIRE(taken.size() == 1000);
  for (std::size_t i = 0; i < taken.size(); ++i) REQUIRE(taken[i] == std::to_string(i));
}

TEST_CASE("no jobs are no work") {
  OrderedWork{}.run(number_producer, [](const std::string&) { FAIL(); });
}

TEST_CASE("the failure of a producer ends the work") {
  const auto failing = [] {
    return [](std::size_t index, std::string&) {
      if (index == 7) throw UserError("seven");
    };
  };
  std::size_t taken = 0;
  const OrderedWork work{.jobs = 1000, .threads = 3, .stop = {}};
  CHECK_THROWS_WITH(work.run(failing, [&](const std::string&) { taken++; }), "seven");
  CHECK(taken <= 7);
}

TEST_CASE("the failure of the consumer ends the work") {
  const OrderedWork work{.jobs = 1000, .threads = 3, .stop = {}};
  CHECK_THROWS_WITH(work.run(number_producer, [](const std::string&) { throw Error("full"); }), "full");
}

TEST_CASE("work that is asked to stop throws Cancelled") {
  std::stop_source source;
  const OrderedWork work{.jobs = 1000, .threads = 2, .stop = source.get_token()};
  CHECK_THROWS_AS(work.run(number_producer, [&](const std::string&) { source.request_stop(); }), Cancelled);
}
