#pragma once

#include "client/http_client.h"
#include "client/wire.h"

#include <functional>
#include <string>

namespace penstock::client {

// Hands over every item of an activity's log in order, each once, until the log is sealed. Opens the log again when
// the connection ends early, also when penstockd restarts; throws Error when it stays away for a minute.
void follow_log(const HttpClient& http, const std::string& log_path, const std::function<void(const LogItem&)>& take);

}  // namespace penstock::client
