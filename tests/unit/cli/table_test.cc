#include "cli/table.h"

#include "base/error.h"

#include <catch2/catch.hpp>

#include <sstream>

using namespace penstock;
using namespace penstock::cli;

namespace {

std::string printed(const std::vector<std::string>& arguments) {
  Table table({{"id", "ID"}, {"title", "Title"}});
  table.add({"main", "Größe, \"quoted\""});
  table.add({"feature", "x"});
  std::ostringstream out;
  table.print(Options::parse(Table::options(), arguments), out);
  return out.str();
}

}  // namespace

TEST_CASE("a table has a box around its cells, whatever they are made of") {
  CHECK(printed({}) ==
        "+---------+-----------------+\n"
        "| ID      | Title           |\n"
        "+---------+-----------------+\n"
        "| main    | Größe, \"quoted\" |\n"
        "| feature | x               |\n"
        "+---------+-----------------+\n");
}

TEST_CASE("csv quotes what needs it") {
  CHECK(printed({"--format", "csv"}) == "ID,Title\nmain,\"Größe, \"\"quoted\"\"\"\nfeature,x\n");
}

TEST_CASE("columns are chosen and ordered, and the header can be left out") {
  CHECK(printed({"--format", "tsv", "-c", "title,id", "--no-header"}) ==
        "\"Größe, \"\"quoted\"\"\"\tmain\nx\tfeature\n");
  CHECK_THROWS_WITH(printed({"-c", "name"}), Catch::Contains("id, title"));
}

TEST_CASE("json has an object for each row") {
  CHECK(printed({"--format", "json", "--columns", "id"}) ==
        "[\n  {\n    \"id\": \"main\"\n  },\n  {\n    \"id\": \"feature\"\n  }\n]\n");
  CHECK_THROWS_AS(printed({"--format", "xml"}), UserError);
}
