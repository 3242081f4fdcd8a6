#include "cli/mount_choice.h"
#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"

#include <fmt/format.h>

namespace penstock::cli {
namespace {

std::string shown(std::uint64_t bytes, bool exactly) {
  constexpr double kKibi = 1024;
  if (exactly || bytes < 1024) return std::to_string(bytes);
  double size = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* larger : {"KiB", "MiB", "GiB", "TiB"}) {
    if (size < kKibi) break;
    size /= kKibi;
    unit = larger;
  }
  return fmt::format("{:.1f} {}", size, unit);
}

int run(Session& session) {
  Table table({{"mounts", "Mount(s)"}, {"size", "Size"}, {"application", "Application"}});
  for (const Mount& mount : mounts_of(session, true)) {
    table.add({mount.path, shown(mount.size, session.options.has("bytes")), mount.application});
  }
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command mount_size() {
  return {.name = "mount:size",
          .aliases = {},
          .arguments = "",
          .help = "Show what the writable directories of applications take on the disk",
          .options = joined({mount_options(), {{"bytes", 'B', "", "in bytes"}}, Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
