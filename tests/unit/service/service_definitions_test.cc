#include "service/service_definitions.h"

#include "base/error.h"
#include "base/file.h"

#include <catch2/catch.hpp>

namespace {

using namespace penstock;

constexpr const char* kQueue = R"(
versions: {"2": {debian: {packages: [queue]}}}
endpoint: queue
scheme: queue
port: 99
start: exec queue
)";

TEST_CASE("the definitions that come with Penstock are right") {
  const ServiceDefinitions definitions = ServiceDefinitions::builtin();
  for (const char* type : {"postgresql:15", "mariadb:10.11", "mysql:10.11", "redis:7.0", "redis-persistent:7.0",
                           "memcached:1.6", "rabbitmq:3.10", "varnish:7.1", "network-storage:1.0"}) {
    INFO(type);
    CHECK_NOTHROW(definitions.get(type));
    CHECK(definitions.images().find(type).has_value());
  }
  CHECK(definitions.get("mysql:10.11").start == definitions.get("mariadb:10.11").start);
  CHECK_FALSE(definitions.get("redis:7.0").keeps_data);
  CHECK(definitions.get("redis-persistent:7.0").keeps_data);
  CHECK(definitions.get("redis-persistent:7.0").rules.options.contains("maxmemory_policy"));
  CHECK(definitions.types().at("varnish").answers_http);
  CHECK_THROWS_AS(definitions.get("postgresql:9"), UserError);
  CHECK_THROWS_AS(definitions.get("postgresql"), UserError);
}

TEST_CASE("a new type of service is a file in a directory") {
  const TemporaryDirectory directory;
  replace_file(directory.path() / "queue.yaml", kQueue);
  const ServiceDefinitions definitions = ServiceDefinitions::with(directory.path());
  CHECK(definitions.get("queue:2").port == 99);
  CHECK(definitions.types().at("queue").versions == std::vector<std::string>{"2"});
  CHECK_NOTHROW(definitions.get("postgresql:15"));
  CHECK_NOTHROW(ServiceDefinitions::with(directory.path() / "none").get("postgresql:15"));
}

TEST_CASE("a definition that is wrong is refused with its type and line") {
  const auto read = [](const std::string& text) { return ServiceDefinitions({{"queue", kQueue}, {"bad", text}}); };
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"[", "line "},
      {"extends: nothing", "there is no other type nothing"},
      {"extends: queue\nspeed: 9", "line 2: unknown key \"speed\""},
      {"extends: queue\nport: high", "line 2: a value of the wrong kind"},
      {"extends: queue\nconfiguration: {x: {sort: y}}", "line 2: unknown key \"sort\""},
      {"start: exec bad\nport: 1", "\"versions\" is missing"},
      {"versions: {\"1\": {debian: {packages: [a b]}}}", "line 1: \"a b\" is not a name"}};
  for (const auto& [text, message] : wrong) {
    INFO(text);
    CHECK_THROWS_WITH(read(text),
                      Catch::StartsWith("cannot use the definition of service bad: ") && Catch::Contains(message));
  }
}

}  // namespace
