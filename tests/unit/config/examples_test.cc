#include "config/file_source.h"
#include "config/load.h"

#include <catch2/catch.hpp>

#include <filesystem>

namespace penstock::config {

namespace fs = std::filesystem;

TEST_CASE("every example is valid") {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(CONFIG_EXAMPLES)) {
    if (!fs::exists(entry.path() / ".upsun")) continue;
    ++count;
    DirectorySource source(entry.path());
    for (const Problem& problem : load(source, {}).problems) {
      FAIL_CHECK(entry.path().filename().string() << ": " << problem.text());
    }
  }
  CHECK(count > 0);
}

}  // namespace penstock::config
