// The operator's log: one logger per layer, named as its folder, facts as key=value. Log a failure once, where it is
// decided. What a pusher reads is not log: it goes to an OutputSink.
#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace penstock {

// The logger of a layer, e.g. log_of("pipeline"). Thread safe; made on first use; writes to stderr.
std::shared_ptr<spdlog::logger> log_of(const std::string& layer);

// "debug", "info", "warning" or "error", for all layers, also those made later. Throws UserError.
void set_log_level(const std::string& level);

}  // namespace penstock
