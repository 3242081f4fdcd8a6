#pragma once

#include "cli/options.h"
#include "client/wire.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock::cli {

class Session;

// Where variables are: --level project or environment.
std::vector<Option> level_options();
// "…/variables" of the level. Throws UserError when `level` is neither.
std::string variables_path(Session& session, const std::string& level);

// Both levels or the one asked for, those of the environment first.
std::vector<client::Variable> all_variables(Session& session);
// Throws NotFound.
client::Variable find_variable(Session& session, const std::string& name);

// The options that describe a variable, and what they say as the body of a request.
std::vector<Option> definition_options();
Json definition(const Options& options, const std::string& level);

}  // namespace penstock::cli
