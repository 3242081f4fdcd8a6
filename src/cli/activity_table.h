#pragma once

#include "base/json.h"
#include "cli/options.h"

#include <string>
#include <vector>

namespace penstock::cli {

class Session;

void print_activities(Session& session, const Json& activities);

// --type, --state, --result, --incomplete, --all, and the path that they lead to.
std::vector<Option> activity_filters(char type_letter = 't');
std::string activities_path(Session& session, const std::string& count);

// The id that was given, else the latest activity that fits the filters. Throws NotFound when there is none.
std::string chosen_activity(Session& session);

}  // namespace penstock::cli
