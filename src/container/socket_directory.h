#pragma once

#include "container/container_spec.h"

#include <filesystem>

namespace penstock {

// Makes a directory that a container of `owner` shares with the host, for a socket: small, in memory, and so that
// whoever may search its parents may connect to what is bound in it. Throws SystemError.
void make_socket_directory(const std::filesystem::path& path, uid_t owner);

// With all that is in it; one that does not exist is fine.
void remove_socket_directory(const std::filesystem::path& path);

}  // namespace penstock
