#include "store/activity_log.h"

#include "base/file.h"
#include "base/json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace penstock {
namespace {

struct LogFixture {
  TemporaryDirectory directory;
  ActivityLogs logs{directory.path()};
  std::shared_ptr<ActivityLog> log = logs.open("a");

  // A fresh process sees the file as it is.
  std::shared_ptr<ActivityLog> reopened() const { return std::make_shared<ActivityLog>(directory.path() / "a.log"); }
};

// All messages joined, to the seal.
std::string messages(LogFollower& follower) {
  std::string text;
  while (!follower.ended()) {
    std::istringstream lines(follower.next({}));
    for (std::string line; std::getline(lines, line);) {
      const Json item = Json::parse(line);
      if (item.contains("data")) text += item["data"]["message"].get<std::string>();
    }
  }
  return text;
}

SteadyClock::time_point now() {
  return SteadyClock::now();
}

}  // namespace

TEST_CASE_METHOD(LogFixture, "a log line has the form of the API") {
  log->write("Building\n");
  LogFollower follower(log);
  const Json item = Json::parse(follower.next({}));
  CHECK(item["_id"] == "1-0");
  CHECK(item["data"]["message"] == "Building\n");
  CHECK_NOTHROW(parse_iso8601(item["data"]["timestamp"].get<std::string>()));
}

TEST_CASE_METHOD(LogFixture, "a follower sees everything to the seal, wherever it begins") {
  log->write("one\n");
  log->write("two\n");
  log->seal();
  log->write("too late\n");
  LogFollower all(log);
  CHECK(messages(all) == "one\ntwo\n");
  LogFollower rest(log, 1);
  CHECK(messages(rest) == "two\n");
  LogFollower beyond(log, 9);
  CHECK(beyond.next({}) == "{\"seal\":true}\n");
  CHECK(beyond.next({}).empty());
}

TEST_CASE_METHOD(LogFixture, "a follower takes as many items as it wants") {
  log->write("one\n");
  log->write("two\n");
  LogFollower follower(log);
  CHECK(Json::parse(follower.next({}, now(), 1))["data"]["message"] == "one\n");
  CHECK(follower.position() == 1);
  CHECK(Json::parse(follower.next({}, now(), 1))["data"]["message"] == "two\n");
  CHECK(follower.next({}, now(), 1).empty());
}

TEST_CASE_METHOD(LogFixture, "followers wait for what is still to come") {
  std::vector<std::string> seen(3);
  std::vector<std::jthread> threads;
  for (std::string& text : seen) {
    threads.emplace_back([&text, this] {
      LogFollower follower(log);
      text = messages(follower);
    });
  }
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    log->write(std::to_string(i) + "\n");
    expected += std::to_string(i) + "\n";
  }
  log->seal();
  threads.clear();
  for (const std::string& text : seen) CHECK(text == expected);
}

TEST_CASE_METHOD(LogFixture, "a waiting follower stops on request") {
  bool nothing = false;
  std::jthread waiting([&](const std::stop_token& stop) {
    LogFollower follower(log);
    nothing = follower.next(stop).empty();
  });
  waiting.request_stop();
  waiting.join();
  CHECK(nothing);
}

TEST_CASE_METHOD(LogFixture, "the log of a dead process is repaired, continued and sealed") {
  log->write("one\n");
  std::ofstream(directory.path() / "a.log", std::ios::app) << R"({"_id":"2-0","data":{"mess)";
  const auto again = reopened();
  CHECK_FALSE(again->sealed());
  again->write("two\n");
  again->seal();
  LogFollower follower(again);
  CHECK(messages(follower) == "one\ntwo\n");
  CHECK(follower.position() == 2);
  CHECK(reopened()->sealed());
}

TEST_CASE_METHOD(LogFixture, "a character cut between two writes is put together again") {
  log->write("Gr\xC3");
  log->write(
      "\xB6\xC3\x9F"
      "e\n");
  log->seal();
  LogFollower follower(log);
  CHECK(messages(follower) == "Größe\n");
}

TEST_CASE_METHOD(LogFixture, "bytes that are no text do not stop a log") {
  log->write("\xE2\xE2");
  log->write(std::string("\0\xFF\n", 3));
  log->seal();
  LogFollower follower(log);
  CHECK_THAT(messages(follower), Catch::EndsWith("\n"));
}

TEST_CASE_METHOD(LogFixture, "a long text becomes several items") {
  const std::string text(300'000, '\1');
  log->write(text);
  log->seal();
  LogFollower follower(log);
  CHECK(messages(follower) == text);
  CHECK(follower.position() > 1);
}

TEST_CASE("a log that reached its limit says so and grows no more") {
  const TemporaryDirectory directory;
  const auto log = std::make_shared<ActivityLog>(directory.path() / "a.log", 1000);
  for (int i = 0; i < 100; ++i) log->write("a line of output\n");
  log->seal();
  CHECK(std::filesystem::file_size(directory.path() / "a.log") < 1500);
  LogFollower follower(log);
  CHECK_THAT(messages(follower), Catch::Contains("reached its largest size"));
}

}  // namespace penstock
