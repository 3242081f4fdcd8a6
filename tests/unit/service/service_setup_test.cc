#include "config/service_setup.h"

#include "service/service_definitions.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace penstock;
using config::ServiceEndpoint;
using config::ServiceSetup;

ServiceSetup setup(const std::string& type, const Json& configuration, std::size_t problems = 0) {
  const config::Service service{.name = "s", .type = type, .configuration = configuration, .relationships = {}};
  const config::ServiceTypes types = ServiceDefinitions::builtin().types();
  std::vector<config::SetupProblem> found;
  ServiceSetup setup = setup_of(service, *find_service_type(types, type), found);
  for (const auto& problem : found) UNSCOPED_INFO(problem.field << ": " << problem.message);
  CHECK(found.size() == problems);
  return setup;
}

const ServiceEndpoint kMain{.username = "main", .path = "main", .privileges = {{"main", "admin"}}};

TEST_CASE("a PostgreSQL service without configuration has one database and one user for it") {
  const ServiceSetup found = setup("postgresql:15", Json::object());
  CHECK(found.databases == std::vector<std::string>{"main"});
  CHECK(found.endpoints == std::map<std::string, ServiceEndpoint>{{"postgresql", kMain}});
  CHECK(found.options.at("default_charset") == "UTF8");
}

TEST_CASE("databases without endpoints are all the default user's") {
  const ServiceSetup found = setup("postgresql:15", {{"databases", {"shop", "main"}}});
  CHECK(found.endpoints.at("postgresql").privileges ==
        std::map<std::string, std::string>{{"main", "admin"}, {"shop", "admin"}});
  CHECK(found.endpoints.at("postgresql").path == "main");
}

TEST_CASE("declared endpoints replace the default one") {
  const ServiceSetup found = setup(
      "postgresql:15",
      {{"databases", {"main", "old"}},
       {"endpoints",
        {{"writer", {{"default_database", "old"}, {"privileges", {{"old", "rw"}}}}}, {"nobody", Json::object()}}}});
  CHECK(found.endpoints.size() == 2);
  CHECK(found.endpoints.at("writer") ==
        ServiceEndpoint{.username = "writer", .path = "old", .privileges = {{"old", "rw"}}});
  CHECK_FALSE(found.endpoints.at("nobody").path.has_value());
}

TEST_CASE("MariaDB has a default schema only when nothing is declared") {
  CHECK(setup("mariadb:10.11", Json::object()).endpoints.at("mysql") ==
        ServiceEndpoint{.username = "user", .path = "main", .privileges = {{"main", "admin"}}});
  setup("mariadb:10.11", {{"schemas", {"a"}}}, 1);
  const ServiceSetup found =
      setup("mysql:10.11", {{"schemas", {"a"}},
                            {"endpoints", {{"admin", {{"default_schema", "a"}, {"privileges", {{"a", "admin"}}}}}}},
                            {"properties", {{"max_allowed_packet", 64}}}});
  CHECK(found.databases == std::vector<std::string>{"a"});
  CHECK(found.endpoints.at("admin").path == "a");
  CHECK(found.options.at("properties.max_allowed_packet") == "64");
}

TEST_CASE("virtual hosts are not in the path of a relationship") {
  const ServiceSetup found = setup("rabbitmq:3.10", {{"vhosts", {"/", "orders"}}});
  CHECK(found.databases == std::vector<std::string>{"/", "orders"});
  CHECK_FALSE(found.endpoints.at("rabbitmq").path.has_value());
  CHECK(found.endpoints.at("rabbitmq").privileges.size() == 2);
}

TEST_CASE("a cache has an endpoint without users, a volume has none") {
  CHECK(setup("redis:7.0", {{"maxmemory_policy", "noeviction"}}).endpoints.at("redis") == ServiceEndpoint{});
  CHECK(setup("network-storage:1.0", Json::object()).endpoints.empty());
  setup("redis:7.0", {{"maxmemory_policy", "sometimes"}}, 1);
  setup("redis:7.0", {{"databases", {"main"}}}, 1);
}

TEST_CASE("lists come line by line, and each item has to fit") {
  CHECK(setup("postgresql:15", {{"extensions", {"pg_trgm", "hstore"}}}).options.at("extensions") == "pg_trgm\nhstore");
  setup("postgresql:15", {{"extensions", {"pg_trgm; DROP"}}}, 1);
  setup("postgresql:15", {{"databases", {"a\"b"}}}, 1);
}

}  // namespace
