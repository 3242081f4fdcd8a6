#include "runtime/connection_probe.h"

#include "base/error.h"
#include "base/handle.h"
#include "base/unix_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace penstock {
namespace {

template <typename Address>
bool connects(int family, const Address& endpoint) {
  const Fd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) throw SystemError("create a socket");
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&endpoint), sizeof endpoint) == 0) return true;
  if (errno != EINPROGRESS) return false;
  pollfd connected{.fd = socket.get(), .events = POLLOUT, .revents = 0};
  ::poll(&connected, 1, 20);
  return connected.revents == POLLOUT;
}

}  // namespace

bool accepts_connection(const std::string& ipv4, std::uint16_t port) {
  sockaddr_in endpoint{};
  endpoint.sin_family = AF_INET;
  endpoint.sin_port = htons(port);
  ::inet_pton(AF_INET, ipv4.c_str(), &endpoint.sin_addr);
  return connects(AF_INET, endpoint);
}

bool accepts_connection_at(const std::string& path) {
  const Fd socket = open_socket(path);
  return socket && connects(AF_UNIX, address_of(socket));
}

}  // namespace penstock
