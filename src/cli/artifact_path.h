#pragma once

#include "cli/options.h"

#include <string>
#include <vector>

namespace penstock::cli {

class Session;

std::vector<Option> artifact_options();

// "/artifacts", of one project with -p.
std::string artifacts_path(Session& session);
// "/artifacts/ID" of the artifact that the first argument begins. Throws NotFound, and UserError when several fit.
std::string artifact_path(Session& session);

}  // namespace penstock::cli
