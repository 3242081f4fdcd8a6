#include "runtime/release.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <set>

namespace {

using namespace penstock;
using Groups = std::vector<std::vector<std::string>>;

Release sample() {
  config::Configuration configuration;
  for (const char* const name : {"app", "api"}) {
    config::Application& application = configuration.applications[name];
    application.name = name;
    application.type = "static:1";
  }
  configuration.applications["app"].relationships["backend"] = {"api", "http"};
  configuration.applications["app"].workers["queue"].commands.start = "work";
  Deployment deployment;
  deployment.id = "d1";
  deployment.configuration = configuration.to_json();
  return release_of({}, deployment);
}

}  // namespace

TEST_CASE("a component starts after those it has relationships to, and workers with their application") {
  CHECK(sample().start_order() == Groups{{"api"}, {"app", "app--queue"}});
}

TEST_CASE("a worker that talks to its own application starts after it") {
  Release release = sample();
  release.components.at("app--queue").application.relationships = {{"self", {"app", "http"}}};
  CHECK(release.start_order() == Groups{{"api"}, {"app"}, {"app--queue"}});
}

TEST_CASE("every container of a release has an id of its own that leads back to it") {
  const Release release = sample();
  std::set<std::string> ids;
  const std::vector<std::string> names{
      "app", "app--queue", "1-app", "a_b", "a-b", "a--b", std::string(63, 'x') + "--y"};
  for (const std::string& name : names) {
    for (const unsigned instance : {0U, 1U, 11U}) {
      const std::string id = release.container_id({name, instance});
      CHECK(id.size() <= 70);
      CHECK(ids.insert(id).second);
    }
  }
  CHECK(release.container_id({"app", 0}) == "d1-app");
  CHECK(release.slot_of("d1-app--queue") == Slot{"app--queue", 0});
  CHECK_FALSE(release.slot_of("d2-app"));
}
