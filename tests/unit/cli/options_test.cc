#include "cli/options.h"

#include "base/error.h"

#include <catch2/catch.hpp>

using namespace penstock;
using namespace penstock::cli;

namespace {

const std::vector<Option> kDeclared = {{"project", 'p', "ID", ""}, {"yes", 'y', "", ""}, {"type", 't', "TYPE", ""}};

}  // namespace

TEST_CASE("an option's value follows it, or an equals sign, or its letter") {
  CHECK(Options::parse(kDeclared, {"--project", "abc"}).value("project") == "abc");
  CHECK(Options::parse(kDeclared, {"--project=abc"}).value("project") == "abc");
  CHECK(Options::parse(kDeclared, {"-p", "abc"}).value("project") == "abc");
  CHECK(Options::parse(kDeclared, {"-pabc"}).value("project") == "abc");
  CHECK(Options::parse(kDeclared, {"-yp", "abc"}).value("project") == "abc");
}

TEST_CASE("an option may be given several times, or once with commas") {
  const Options options = Options::parse(kDeclared, {"-t", "a", "--type=b,c"});
  CHECK(options.list("type") == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("what is no option is an argument, and all of what follows two dashes") {
  const Options options = Options::parse(kDeclared, {"one", "-y", "--", "--project"});
  CHECK(options.positional() == std::vector<std::string>{"one", "--project"});
  CHECK(options.has("yes"));
}

TEST_CASE("an unknown option is refused, naming the nearest") {
  CHECK_THROWS_WITH(Options::parse(kDeclared, {"--projct", "x"}), Catch::Contains("--project"));
  CHECK_THROWS_AS(Options::parse(kDeclared, {"-x"}), UserError);
  CHECK_THROWS_AS(Options::parse(kDeclared, {"--project"}), UserError);
  CHECK_THROWS_AS(Options::parse(kDeclared, {"--yes=no"}), UserError);
}
