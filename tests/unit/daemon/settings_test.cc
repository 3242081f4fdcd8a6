#include "daemon/settings.h"

#include "base/error.h"

#include <catch2/catch.hpp>

using namespace penstock;

TEST_CASE("settings that are not given have defaults that fit one Penstock on a machine") {
  const Settings settings = Settings::parse("{}");
  CHECK(settings.url == "http://127.0.0.1:7080");
  CHECK(settings.images_directory == "/var/lib/penstock/images");
  CHECK(settings.programs_directory.is_absolute());
  CHECK(settings.builds_at_once >= 1);
}

TEST_CASE("settings are read from JSON, which may have comments") {
  const Settings settings = Settings::parse(R"({
    // A second one.
    "state_directory": "/srv/penstock", "router_port": 8080, "https": true, "prefix": "p2"
  })");
  CHECK(settings.images_directory == "/srv/penstock/images");
  CHECK(settings.router_port == 8080);
  CHECK(settings.https);
  CHECK(settings.prefix == "p2");
}

TEST_CASE("a setting that is unknown or wrong is named") {
  using Catch::Matchers::Contains;
  CHECK_THROWS_WITH(Settings::parse(R"({"colour": "red"})"), Contains("colour"));
  CHECK_THROWS_WITH(Settings::parse(R"({"router_port": 70000})"), Contains("router_port"));
  CHECK_THROWS_WITH(Settings::parse(R"({"router_port": -1})"), Contains("router_port"));
  CHECK_THROWS_WITH(Settings::parse(R"({"https": true, "router_tls_port": 443})"), Contains("TLS terminator"));
  CHECK_THROWS_WITH(Settings::parse(R"({"https": "yes"})"), Contains("https"));
  CHECK_THROWS_WITH(Settings::parse(R"({"state_directory": "here"})"), Contains("absolute"));
  CHECK_THROWS_WITH(Settings::parse(R"({"access_log": "xml"})"), Contains("combined, json, off"));
  CHECK_THROWS_AS(Settings::parse("[]"), UserError);
}

TEST_CASE("a settings file that does not exist means the defaults") {
  CHECK(Settings::load("/nonexistent/penstockd.json").prefix == "ps");
}
