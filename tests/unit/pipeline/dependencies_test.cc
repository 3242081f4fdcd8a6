#include "base/error.h"
#include "pipeline/install_dependencies.h"
#include "unit/pipeline/pipeline_fixture.h"

#include <catch2/catch.hpp>

using namespace penstock;
using namespace penstock::test;

TEST_CASE("each language has its package manager") {
  CHECK(install_command("nodejs", {{"pnpm", "9.1.0"}, {"yarn", "*"}}) ==
        std::vector<std::string>{"npm", "install", "--global", "--prefix", "/app/.global", "pnpm@9.1.0", "yarn@*"});
  const auto python = install_command("python3", {{"uv", "*"}, {"poetry", "1.8"}, {"pip", ">=20"}});
  CHECK(std::vector<std::string>(python.end() - 3, python.end()) ==
        std::vector<std::string>{"uv", "poetry==1.8", "pip>=20"});
  CHECK(install_command("php", {{"drush/drush", "^8"}}).back() ==
        R"({"require":{"drush/drush":"^8"},"config":{"bin-dir":"../bin"}})");
  CHECK(install_command("ruby", {{"sass", "~> 3.4"}, {"it's", "*"}}).back() ==
        "source 'https://rubygems.org'\ngem 'sass', '~> 3.4'\ngem 'it\\'s', '>= 0'\n");
  CHECK_THROWS_AS(install_command("cobol", Json::object()), UserError);
}

TEST_CASE("the extended form of php dependencies is taken as it is") {
  const Json extended = {{"require", {{"a/b", "1"}}}, {"config", {{"audit", {{"block-insecure", false}}}}}};
  CHECK(install_command("php", extended).back() ==
        R"({"require":{"a/b":"1"},"config":{"audit":{"block-insecure":false},"bin-dir":"../bin"}})");
}

TEST_CASE_METHOD(PipelineFixture, "npm packages and dependencies come from the registry, the same ones twice") {
  git.write(".upsun/config.yaml",
            "applications:\n  app:\n    type: nodejs:18\n    web: {commands: {start: node index.js}}\n"
            "    dependencies: {nodejs: {cowsay: '1.6.0'}}\n"
            "    hooks: {build: 'cowsay hi > said; node -e \"require(`left-pad`)\"; npm --version > version'}\n");
  git.write("package.json", R"({"name": "a", "version": "1.0.0", "dependencies": {"left-pad": "1.3.0"}})");
  const auto first = build();
  CHECK(printed("  Installing build dependencies...\n    Installing nodejs build dependencies: cowsay\n"));
  CHECK(printed("  Found a `package.json`, installing dependencies.\n"));
  CHECK(read(first, "said").find("< hi >") != std::string::npos);
  CHECK(std::filesystem::exists(artifacts.mount(first.digest) / "node_modules/left-pad/index.js"));
  artifacts.unmount(first.digest);
  artifacts.remove(first.digest);
  remove_tree(state.path() / "cache");
  CHECK(build().digest == first.digest);
}

TEST_CASE_METHOD(PipelineFixture, "a dependency that does not exist fails the build") {
  configure("    dependencies: {python3: {no-such-thing: '*'}}\n");
  CHECK_THROWS_WITH(build(), Catch::Contains("Installing python3 build dependencies failed with status code"));
}
