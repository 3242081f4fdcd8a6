#include "store/store.h"

#include "store/migrations.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

fs::path made(const fs::path& directory) {
  fs::create_directories(directory);
  return directory;
}

}  // namespace

Store::Store(const fs::path& state_directory)
    : database_(made(state_directory) / "penstock.db"), logs_(made(state_directory / "activities")) {
  migrate(database_);
}

}  // namespace penstock
