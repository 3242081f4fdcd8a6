#pragma once

#include <cstdint>
#include <string>

namespace penstock {

// Whether somebody listens there. Waits no longer than some milliseconds.
bool accepts_connection(const std::string& ipv4, std::uint16_t port);
// The same for the socket at `path`, without following a link there.
bool accepts_connection_at(const std::string& path);

}  // namespace penstock
