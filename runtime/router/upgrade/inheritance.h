#pragma once

#include "base/handle.h"
#include "runtime/router/loop/listening_sockets.h"

#include <filesystem>
#include <optional>

namespace penstock::router {

// What a router gets from the one whose place it takes.
struct Inheritance {
  Fd connection;  // to the other, which waits to hear that it is relieved, and serves on if this closes before
  SocketsByUse sockets;
};

// Asks the router that listens on `control`. Its table is on disk, and does not change until it is relieved. Blocks for
// seconds at most. Nothing when nobody listens; throws Error when the other cannot be understood.
std::optional<Inheritance> claim_inheritance(const std::filesystem::path& control);

}  // namespace penstock::router
