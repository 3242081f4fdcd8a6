#include "cli/artifact_path.h"

#include "base/error.h"
#include "cli/session.h"
#include "client/url.h"

#include <fmt/format.h>

namespace penstock::cli {

std::vector<Option> artifact_options() {
  return {{"project", 'p', "ID", "only those of this project"}};
}

std::string artifacts_path(Session& session) {
  const std::optional<std::string> project = session.options.value("project");
  return project ? "/artifacts?project=" + client::percent_encode(*project) : "/artifacts";
}

std::string artifact_path(Session& session) {
  const std::optional<std::string> prefix = session.options.positional(0);
  if (!prefix || prefix->empty()) throw UserError("which artifact? `penstock artifact:list` shows their ids");
  std::string found;
  for (const Json& document : session.http().get(artifacts_path(session))) {
    const std::string id = client::Artifact::from_json(document).digest;
    if (!id.starts_with(*prefix)) continue;
    if (!found.empty()) throw UserError(fmt::format("several artifacts begin with {}: use more digits", *prefix));
    found = id;
  }
  if (found.empty()) throw NotFound(fmt::format("Artifact not found: {}", *prefix));
  return "/artifacts/" + found;
}

}  // namespace penstock::cli
