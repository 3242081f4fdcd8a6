#pragma once

#include <string>

namespace penstock::cli {

class Session;

// "/artifacts/ID" of the artifact that the first argument begins. Throws NotFound, and UserError when several fit.
std::string artifact_path(Session& session);

}  // namespace penstock::cli
