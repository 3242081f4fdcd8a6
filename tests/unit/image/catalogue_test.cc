#include "image/catalogue.h"

#include "base/error.h"

#include <catch2/catch.hpp>

namespace penstock::test {

TEST_CASE("the catalogue compiled in has an image for each language of Debian 12") {
  const auto available = Catalogue::builtin().available();
  CHECK(available.at("nodejs") == std::vector<std::string>{"18"});
  CHECK(available.at("python") == std::vector<std::string>{"3.11"});
  CHECK(available.at("php") == std::vector<std::string>{"8.2"});
  CHECK(available.at("ruby") == std::vector<std::string>{"3.1"});
  CHECK(available.at("golang") == std::vector<std::string>{"1.19"});
  CHECK(available.at("static") == std::vector<std::string>{"1"});
}

TEST_CASE("an image is found by type and version, and by nothing less") {
  const Catalogue catalogue = Catalogue::builtin();
  CHECK(catalogue.find("nodejs:18")->debian_packages.front() == "nodejs");
  for (const char* name : {"nodejs", "nodejs:", "nodejs:99", "cobol:85", ":", ""}) CHECK_FALSE(catalogue.find(name));
}

TEST_CASE("a source in a registry is read") {
  const Catalogue catalogue = Catalogue::parse("nodejs: {'22': {oci: 'docker.io/library/node:22'}}");
  CHECK(catalogue.find("nodejs:22")->oci_reference == "docker.io/library/node:22");
}

TEST_CASE("what is wrong in a catalogue is reported with its line") {
  const std::pair<const char*, const char*> wrong[] = {
      {"[]", "line 1: expected the types of images"},
      {"nodejs:\n  - 18", "line 2: expected the versions of an image"},
      {"nodejs:\n  '18': {}", "line 2: expected one of \"debian\" and \"oci\""},
      {"nodejs:\n  '18':\n    snap: x", "line 3: expected \"debian\" or \"oci\""},
      {"nodejs:\n  '18': {debian: {}}", "expected \"packages\", a list"},
      {"nodejs:\n  '18': {debian: {packages: ['--evil']}}", "\"--evil\" is not a name"},
      {"nodejs:\n  '../18': {debian: {packages: []}}", "\"../18\" is not a name"},
      {"nodejs: {", "line 1"},
  };
  for (const auto& [yaml, message] : wrong) {
    CHECK_THROWS_WITH(Catalogue::parse(yaml), Catch::Contains(message));
    CHECK_THROWS_AS(Catalogue::parse(yaml), UserError);
  }
}

}  // namespace penstock::test
