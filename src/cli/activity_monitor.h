#pragma once

#include "client/wire.h"

namespace penstock::cli {

class Session;

// Shows the log of an activity on standard error until it ends, and how it ended. False when it failed.
bool wait_for(Session& session, const client::Activity& activity);

}  // namespace penstock::cli
