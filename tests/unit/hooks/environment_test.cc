#include "base/base64.h"
#include "hooks/lifecycle/build_environment.h"
#include "hooks/lifecycle/hook.h"
#include "hooks/lifecycle/runtime_environment.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <set>

using namespace penstock;
using namespace penstock::lifecycle;

namespace {

config::Application sample_application() {
  config::Application application;
  application.name = "app";
  application.type = "nodejs:18";
  application.variables = {{"env", {{"COLOR", "red"}, {"LIST", Json::array({1, 2})}}}, {"other", {{"key", "value"}}}};
  application.web.commands.start = "node index.js";
  application.web.locations["/"] = {};
  application.web.locations["/"].root = "public";
  return application;
}

Common common_of(const config::Application& application, std::vector<UserVariable> variables = {}) {
  return {application, "p123", "entropy", "6fa1eef", "/usr/bin:/bin", std::move(variables)};
}

Variables at_build(const config::Application& application, std::vector<UserVariable> variables = {}) {
  return BuildEnvironment{common_of(application, std::move(variables)), 1700000000}.variables();
}

Variables at_runtime(const config::Application& application, std::vector<UserVariable> variables = {}) {
  const config::Component component = config::components_of(application).at(application.name);
  return RuntimeEnvironment{
      .component = component,
      .common = common_of(component.application, std::move(variables)),
      .branch = "main",
      .machine_name = "main-bvxea6i",
      .environment_type = "production",
      .routes = Json::object(),
      .relationships = {{"api-1", {"backend", "python:3.11", {"10.213.0.9"}, 80}}},
  }
      .variables();
}

Json decoded(const std::string& value) {
  return Json::parse(base64_decode(value));
}

}  // namespace

TEST_CASE("a build sees exactly the build-time variables") {
  const auto application = sample_application();
  std::set<std::string> names;
  for (const auto& [name, value] : at_build(application)) names.insert(name);
  CHECK(names == std::set<std::string>{"CI", "COLOR", "HOME", "LANG", "LIST", "PATH", "PLATFORM_APPLICATION",
                                       "PLATFORM_APPLICATION_NAME", "PLATFORM_APP_DIR", "PLATFORM_CACHE_DIR",
                                       "PLATFORM_OUTPUT_DIR", "PLATFORM_PROJECT", "PLATFORM_PROJECT_ENTROPY",
                                       "PLATFORM_TREE_ID", "PLATFORM_VARIABLES", "PLATFORM_VENDOR", "SHELL",
                                       "SOURCE_DATE_EPOCH"});
}

TEST_CASE("programs of dependencies come first in PATH") {
  const auto application = sample_application();
  CHECK(at_build(application).at("PATH") == "/app/.global/bin:/usr/bin:/bin");
}

TEST_CASE("variables that are not text are JSON in the environment") {
  const auto application = sample_application();
  CHECK(at_build(application).at("LIST") == "[1,2]");
}

TEST_CASE("variables with another prefix than env are only in PLATFORM_VARIABLES") {
  const auto application = sample_application();
  const auto variables = at_runtime(application, {{"php:memory_limit", "128M"}, {"plain", "{\"a\":1}", true}});
  CHECK(decoded(variables.at("PLATFORM_VARIABLES")) ==
        Json{{"other:key", "value"}, {"php:memory_limit", "128M"}, {"plain", {{"a", 1}}}});
}

TEST_CASE("a user's variable wins over the application's, a provided one over both") {
  const auto application = sample_application();
  const auto variables = at_build(application, {{"env:color", "blue"}, {"env:PLATFORM_PROJECT", "other"}});
  CHECK(variables.at("COLOR") == "blue");
  CHECK(variables.at("PLATFORM_PROJECT") == "p123");
}

TEST_CASE("visibility and scope decide who sees a user's variable") {
  const auto application = sample_application();
  UserVariable build_only{"env:B", "1", false, true, false, {}};
  UserVariable other_app{"env:O", "1", false, true, true, {"backend"}};
  CHECK(at_build(application, {build_only, other_app}).count("B") == 1);
  CHECK(at_build(application, {build_only, other_app}).count("O") == 0);
  CHECK(at_runtime(application, {build_only, other_app}).count("B") == 0);
  CHECK(build_visible({build_only, other_app}, "app").size() == 1);
}

TEST_CASE("names that are no variable names never reach the environment") {
  const auto application = sample_application();
  CHECK(at_build(application, {{"env:A B", "1"}, {"env:1A", "1"}}).size() == at_build(application).size());
}

TEST_CASE("a running application knows its environment") {
  const auto application = sample_application();
  const auto variables = at_runtime(application);
  CHECK(variables.at("PLATFORM_ENVIRONMENT") == "main-bvxea6i");
  CHECK(variables.at("PLATFORM_DOCUMENT_ROOT") == "/app/public");
  CHECK(variables.at("PLATFORM_APP_COMMAND") == "node index.js");
  CHECK(variables.at("PORT") == "8888");
  CHECK(variables.count("SOCKET") == 0);
  CHECK(variables.count("PLATFORM_PRE_APP_COMMAND") == 0);
  CHECK(variables.count("PLATFORM_CACHE_DIR") == 0);
  CHECK(variables.count("CI") == 0);
}

TEST_CASE("a relationship to an application is in PLATFORM_RELATIONSHIPS and in variables of its own") {
  const auto application = sample_application();
  const auto variables = at_runtime(application);
  const Json endpoint = decoded(variables.at("PLATFORM_RELATIONSHIPS")).at("api-1").at(0);
  CHECK(endpoint.at("host") == "api-1.internal");
  CHECK(endpoint.at("scheme") == "http");
  CHECK(endpoint.at("cluster") == "p123-main-bvxea6i");
  CHECK(variables.at("API_1_URL") == "http://api-1.internal");
  CHECK(variables.at("API_1_PORT") == "80");
  CHECK(variables.at("API_1_INSTANCE_IPS") == "['10.213.0.9']");
  CHECK(variables.at("API_1_PUBLIC") == "false");
  CHECK(variables.at("API_1_PASSWORD").empty());
}

TEST_CASE("a hook runs after .environment, on the same line") {
  CHECK(hook_command("make") == std::vector<std::string>{"/bin/dash", "-c", "make", "dash"});
  CHECK(runtime_hook_command("make").at(2) == "if [ -r ./.environment ]; then . ./.environment; fi; make");
}
