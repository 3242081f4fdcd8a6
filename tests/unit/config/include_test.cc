#include "config/load.h"
#include "unit/config/memory_source.h"

#include <catch2/catch.hpp>

#include <map>
#include <string>

namespace penstock::config {

namespace {

const std::string kSite = "applications: {app: {type: 'static:1', web: {locations: {/: {root: public}}}}}\n";

std::string problems(const std::map<std::string, std::string>& files) {
  MemorySource source(files);
  std::string lines;
  for (const Problem& problem : load(source, {}).problems) lines += problem.text() + "\n";
  return lines;
}

// An application whose build hook is `hook`, beside other files.
std::map<std::string, std::string> with_hook(const std::string& hook, std::map<std::string, std::string> others) {
  others[".upsun/config.yaml"] = "applications:\n  app:\n    type: nodejs:18\n    source: {root: server}\n" +
                                 ("    hooks:\n      build: " + hook + "\n") + "    web: {commands: {start: run}}\n";
  others["server/main.js"] = "";
  return others;
}

std::string build_hook(const std::map<std::string, std::string>& files) {
  MemorySource source(files);
  const Loaded loaded = load(source, {});
  for (const Problem& problem : loaded.problems) FAIL_CHECK(problem.text());
  return loaded.configuration.applications.at("app").hooks.build;
}

}  // namespace

TEST_CASE("without configuration the problem says where it belongs") {
  CHECK(problems({}) == "cannot find any .upsun/*.yaml, which should declare the applications\n");
  CHECK(problems({{".upsun/config.yml", kSite}}) ==
        "cannot find any .upsun/*.yaml, which should declare the applications; files that end in .yml are not read\n");
}

TEST_CASE("an entry that two files declare is a problem that names both places") {
  CHECK(problems({{".upsun/a.yaml", kSite}, {".upsun/b.yaml", "# second\n" + kSite}}) ==
        ".upsun/b.yaml:2: applications.app is declared a second time, the first is in .upsun/a.yaml:1\n");
}

TEST_CASE("folders and other files in .upsun are not read") {
  CHECK(problems({{".upsun/a.yaml", kSite}, {".upsun/more/b.yaml", "nonsense"}, {".upsun/notes.txt", "nonsense"}})
            .empty());
}

TEST_CASE("text and bytes are included relative to the folder of the application") {
  CHECK(build_hook(with_hook("!include {type: string, path: build.sh}", {{"server/build.sh", "make\n"}})) == "make\n");
  CHECK(build_hook(with_hook("!include {type: binary, path: ../key}", {{"key", "abcd"}})) == "YWJjZA==");
  CHECK(build_hook(with_hook("!include build.yaml", {{"server/build.yaml", "npm test\n"}})) == "npm test");
}

TEST_CASE("what cannot be included is reported where it was asked for") {
  const std::string at = ".upsun/config.yaml:6: applications.app.hooks.build: ";
  CHECK(problems(with_hook("!include {type: string, path: gone.sh}", {})) ==
        at + "there is no file 'server/gone.sh'\n");
  CHECK(problems(with_hook("!include ../../etc/passwd", {})) == at + "'../../etc/passwd' is outside the repository\n");
  CHECK(problems(with_hook("!include {type: text, path: a}", {})) ==
        at + "expected '!include FILE', or type ('string', 'binary' or 'yaml') and path of what to include\n");
  CHECK(problems(with_hook("!include {type: string, path: bin}", {{"server/bin", "\xff\xfe"}})) ==
        at + "'server/bin' is not a text in UTF-8, expected type 'binary'\n");
  CHECK(problems(with_hook("!archive gone", {})) == at + "there is no folder 'server/gone'\n");
}

TEST_CASE("a problem in an included file is reported there") {
  CHECK(problems({{".upsun/config.yaml", "applications:\n  app: !include apps/app.yaml\n"},
                  {".upsun/apps/app.yaml", "type: static:1\n\nweb: {locations: {/: {rot: public}}}\n"}}) ==
        ".upsun/apps/app.yaml:3: unknown key 'rot' in applications.app.web.locations./, did you mean 'root'?\n");
}

TEST_CASE("an archive embeds the files of a folder") {
  MemorySource source({{".upsun/config.yaml", kSite + "services:\n  s:\n    type: solr:9.6\n    configuration:\n"
                                                      "      core: !archive solr\n"},
                       {".upsun/solr/schema.xml", "abcd"},
                       {".upsun/solr/lang/en.txt", ""}});
  const Json configuration = load(source, {}).configuration.services.at("s").configuration;
  CHECK(configuration.dump() == R"({"core":{"lang/en.txt":"","schema.xml":"YWJjZA=="}})");
}

}  // namespace penstock::config
