// Configurations made to cost much: refused at once, with a problem.
#include "config/limits.h"
#include "config/load.h"
#include "unit/config/memory_source.h"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

namespace penstock::config {

namespace {

std::vector<Problem> problems(std::map<std::string, std::string> files) {
  MemorySource source(std::move(files));
  return load(source, {}).problems;
}

std::string first_problem(const std::string& config) {
  const auto found = problems({{".upsun/config.yaml", config}});
  return found.empty() ? "" : found.front().text();
}

std::string repeat(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

// Ten of what `name` of the level below is.
std::string level(const std::string& name, const std::string& below) {
  return "." + name + ": &" + name + " [" + repeat(below + ", ", 9) + below + "]\n";
}

}  // namespace

TEST_CASE("aliases that multiply are refused") {
  std::string config = level("a", "laugh");
  for (char name = 'b'; name <= 'j'; ++name) config += level({name}, std::string("*") + static_cast<char>(name - 1));
  CHECK(first_problem(config) ==
        ".upsun/config.yaml:6: the configuration is larger than 8 MiB with aliases and includes written out");
}

TEST_CASE("a long text that is repeated by aliases is refused") {
  const std::string config = ".a: &a '" + std::string(500'000, 'x') + "'\n.b: [" + repeat("*a, ", 100) + "]\n";
  CHECK_THAT(first_problem(config), Catch::EndsWith("larger than 8 MiB with aliases and includes written out"));
}

TEST_CASE("deep nesting is refused, in each of its spellings") {
  for (const char* const piece : {"[", "{a: ", "- ", "? "}) {
    INFO(piece);
    CHECK_FALSE(first_problem("applications:\n " + repeat(piece, 100'000)).empty());
  }
}

TEST_CASE("a file that is too large is refused") {
  CHECK_THAT(first_problem("# " + std::string(kMaxFileBytes, 'x')), Catch::Contains("too large"));
}

TEST_CASE("files that include themselves or each other are refused") {
  CHECK(problems({{".upsun/config.yaml", "applications: !include more/a.yaml\n"},
                  {".upsun/more/a.yaml", "!include more/b.yaml"},
                  {".upsun/more/b.yaml", "!include more/a.yaml"}})
            .front()
            .text() == ".upsun/more/b.yaml:1: applications: files include each other more than 8 deep");

  const std::string itself = "applications: {app: {type: 'nodejs:18', variables: {env: {A: !include a.yaml}}}}\n";
  const auto found = problems({{".upsun/config.yaml", itself}, {"a.yaml", "[!include a.yaml, !include a.yaml]"}});
  CHECK_FALSE(found.empty());
}

TEST_CASE("too many entries are refused") {
  std::string config = "applications:\n";
  for (int i = 0; i < 51; ++i) config += "  a" + std::to_string(i) + ": {type: 'nodejs:18'}\n";
  CHECK(first_problem(config) == ".upsun/config.yaml:1: applications: 51 entries, expected at most 50");
}

TEST_CASE("more problems than anyone reads are only counted") {
  std::string config = "applications:\n  app:\n    type: static:1\n    web: {locations: {/: {root: a}}}\n";
  for (int i = 0; i < 300; ++i) config += "    zzzz" + std::to_string(i) + ": 1\n";
  const auto found = problems({{".upsun/config.yaml", config}});
  REQUIRE(found.size() == kMaxProblems + 1);
  CHECK(found.back().text() == "and 100 more problems");
}

TEST_CASE("text that could not be stored or passed on is refused") {
  CHECK(first_problem("applications: \xff") == ".upsun/config.yaml: not a text in UTF-8");
  CHECK(first_problem("applications: {app: \"\\0\"}") == ".upsun/config.yaml:1: a text holds a NUL character");
}

TEST_CASE("an application that does not fit into an environment variable is refused") {
  const std::string hook(60'000, 'x');
  const std::string config = "applications:\n  app:\n    type: nodejs:18\n    hooks: {build: " + hook +
                             ", deploy: " + hook + "}\n    web: {commands: {start: run}}\n";
  CHECK(first_problem(config) == ".upsun/config.yaml:2: applications.app: larger than 95 KiB as JSON");
}

}  // namespace penstock::config
