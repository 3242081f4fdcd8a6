#pragma once

#include "base/handle.h"
#include "runtime/router/loop/socket_address.h"

#include <cstddef>
#include <vector>

namespace penstock::router {

// `count` sockets that listen on one address, so that as many loops can take connections; the kernel shares them out.
// Of a unix socket there is one, `count` times the same. Throws SystemError, also when another program listens there.
std::vector<Fd> listen_on(const SocketAddress& address, std::size_t count);

// Throws SystemError. 0 for a unix socket.
int port_of(int socket);

}  // namespace penstock::router
