#pragma once

#include "base/json.h"
#include "cli/options.h"

#include <string>
#include <vector>

namespace penstock::cli {

class Session;

void print_activities(Session& session, const Json& activities);

// --type, --exclude-type, --state, --result, --incomplete, --all.
std::vector<Option> activity_filters(char type_letter = 't');
// At most `limit` that fit those, newest first, and none as new as `start`, where that is not empty. In as many
// requests as it takes.
Json find_activities(Session& session, std::size_t limit, std::string start = {});

// The id that was given, else the latest activity that fits the filters. Throws NotFound when there is none.
std::string chosen_activity(Session& session);

}  // namespace penstock::cli
