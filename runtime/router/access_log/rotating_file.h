#pragma once

#include "runtime/router/access_log/access_log_settings.h"

#include <string_view>

namespace penstock::router {

// Appends all of `text` to a log or, when the disk is full, nothing. A file that would become too large is emptied
// before, and keeps its identity: who has it mounted or open sees it shrink. Several processes may write to the same
// one. Throws SystemError.
void append_to(const AccessLogSettings& log, std::string_view text);

}  // namespace penstock::router
