// data/valid/*: repositories, each with what is read from it in expected.json. Run with PENSTOCK_ACCEPT=1 to write
// what was read; then read what changed.
#include "base/file.h"
#include "config/concrete_route.h"
#include "config/file_source.h"
#include "config/load.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace penstock::config {

namespace fs = std::filesystem;

namespace {

const Site kSite{"main-abc1234-project.example.org", {"www.example.org"}, {}};

Loaded load_folder(const fs::path& folder) {
  DirectorySource source(folder);
  return load(source, {{{"nodejs", {"18"}}, {"php", {"8.2"}}, {"python", {"3.11"}}, {"static", {"1"}}}, {}});
}

Json describe(const Configuration& configuration) {
  Json slugs = Json::object();
  for (const auto& [name, application] : configuration.applications) slugs[name] = application.build_slug();
  return {{"configuration", configuration.to_json()},
          {"build_slugs", slugs},
          {"platform_routes", platform_routes(expand_routes(configuration.routes, kSite))}};
}

}  // namespace

TEST_CASE("a valid configuration is read whole, defaults filled in") {
  for (const auto& entry : fs::directory_iterator(fs::path(CONFIG_TEST_DATA) / "valid")) {
    INFO(entry.path().filename().string());
    const Loaded loaded = load_folder(entry.path());
    for (const Problem& problem : loaded.problems) FAIL_CHECK(problem.text());
    const std::string found = describe(loaded.configuration).dump(2) + "\n";
    const fs::path expected = entry.path() / "expected.json";
    if (std::getenv("PENSTOCK_ACCEPT")) std::ofstream(expected) << found;
    CHECK(found == read_file(expected));
  }
}

TEST_CASE("a configuration survives being stored") {
  for (const auto& entry : fs::directory_iterator(fs::path(CONFIG_TEST_DATA) / "valid")) {
    INFO(entry.path().filename().string());
    const Json stored = load_folder(entry.path()).configuration.to_json();
    CHECK(Configuration::from_json(Json::parse(stored.dump())).to_json().dump() == stored.dump());
  }
  CHECK_THROWS_WITH(Configuration::from_json(Json::array()), Catch::Contains("cannot read a stored configuration"));
}

TEST_CASE("a build does not depend on what only a deploy needs") {
  Configuration configuration = load_folder(fs::path(CONFIG_TEST_DATA) / "valid" / "node_api").configuration;
  Application& application = configuration.applications.at("api");
  const std::string before = application.build_slug().dump();

  application.hooks.deploy = "other";
  application.hooks.post_deploy = "other";
  application.web.commands.start = "other";
  application.relationships["other"] = {"other", "http"};
  application.other["access"] = "other";
  CHECK(application.build_slug().dump() == before);

  application.hooks.build = "other";
  CHECK(application.build_slug().dump() != before);
}

}  // namespace penstock::config
