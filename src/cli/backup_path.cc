#include "cli/backup_path.h"

#include "base/error.h"
#include "cli/session.h"
#include "client/url.h"

#include <fmt/format.h>

namespace penstock::cli {

std::string backup_path(Session& session, std::size_t argument) {
  const std::string backups = session.environment_path() + "/backups";
  if (const auto id = session.options.positional(argument)) return backups + "/" + client::percent_encode(*id);
  const Json all = session.http().get(backups);
  if (all.empty()) throw NotFound("No backups found");
  return backups + "/" + all.front().at("id").get<std::string>();
}

}  // namespace penstock::cli
