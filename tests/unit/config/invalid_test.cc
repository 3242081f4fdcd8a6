// data/invalid/*.yaml: configurations that end in the problems expected of them, as "#= LINE: MESSAGE". Run with
// PENSTOCK_ACCEPT=1 to write those found; then read what changed.
#include "base/file.h"
#include "config/load.h"
#include "unit/config/memory_source.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace penstock::config {

namespace fs = std::filesystem;

namespace {

const std::string kFile = ".upsun/config.yaml";
const std::string kMark = "#= ";

ServiceTypes service_types() {
  ServiceType postgresql{.versions = {"15"}, .endpoint = "postgresql", .username = "main"};
  postgresql.databases = {.key = "databases",
                          .pattern = "[a-z]+",
                          .initial = {"main"},
                          .default_key = "default_database",
                          .privileges = {"ro", "rw", "admin"}};
  postgresql.options["extensions"] = {.list = true, .pattern = "[a-z_]+"};
  ServiceType redis{.versions = {"7.0"}, .endpoint = "redis"};
  redis.options["maxmemory_policy"] = {.initial = "allkeys-lru", .values = {"allkeys-lru", "noeviction"}};
  redis.options["limits.clients"] = {.initial = "10", .least = 1, .most = 100};
  const ServiceType varnish{.versions = {"7.1"}, .endpoint = "http", .answers_http = true};
  const ServiceType storage{.versions = {"1.0"}, .holds_mounts = true};
  return {{"postgresql", postgresql}, {"redis", redis}, {"varnish", varnish}, {"network-storage", storage}};
}

const Available kAvailable{
    {{"golang", {"1.19"}}, {"nodejs", {"18"}}, {"php", {"8.2"}}, {"python", {"3.11"}}, {"static", {"1"}}},
    service_types()};

// In the form of the files.
std::string problems_of(const std::string& config) {
  MemorySource source({{kFile, config}, {"server/main.go", ""}});
  std::string lines;
  for (const Problem& problem : load(source, kAvailable).problems) {
    const std::string text = problem.text();
    lines += kMark + (text.rfind(kFile + ":", 0) == 0 ? text.substr(kFile.size() + 1) : text) + "\n";
  }
  return lines;
}

std::vector<fs::path> invalid_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(CONFIG_TEST_DATA) / "invalid"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("everything wrong with a configuration is said with its line and what was expected") {
  for (const fs::path& file : invalid_files()) {
    const std::string text = read_file(file);
    const std::size_t end = std::min(text.find(kMark), text.size());
    const std::string config = text.substr(0, end);
    const std::string found = problems_of(config);
    if (std::getenv("PENSTOCK_ACCEPT")) std::ofstream(file) << config << found;
    INFO(file.filename().string());
    CHECK(found == text.substr(end));
  }
}

}  // namespace penstock::config
