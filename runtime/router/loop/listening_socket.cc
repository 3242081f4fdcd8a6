#include "runtime/router/loop/listening_socket.h"

#include "base/error.h"
#include "base/unix_socket.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace penstock::router {
namespace {

constexpr unsigned kUnixMode = 0666;  // who may connect is said by the directory
const std::string kUnixPrefix = "unix:";

void set(int socket, int level, int option) {
  const int on = 1;
  if (::setsockopt(socket, level, option, &on, sizeof on) != 0) throw SystemError("set an option of a socket");
}

Fd bind_to(const SocketAddress& address, bool shared) {
  Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) throw SystemError("create a socket");
  set(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  if (shared) set(fd.get(), SOL_SOCKET, SO_REUSEPORT);
  if (::bind(fd.get(), address.get(), address.length()) != 0) throw SystemError("bind " + address.text());
  return fd;
}

Fd listen_shared(const SocketAddress& address) {
  Fd fd = bind_to(address, true);
  set(fd.get(), IPPROTO_TCP, TCP_NODELAY);  // inherited by what is accepted
  set(fd.get(), SOL_SOCKET, SO_KEEPALIVE);
  if (::listen(fd.get(), SOMAXCONN) != 0) throw SystemError("listen on " + address.text());
  return fd;
}

std::vector<Fd> listen_on_path(const SocketAddress& address, std::size_t count) {
  std::vector<Fd> sockets;
  sockets.push_back(listen_unix(address.text().substr(kUnixPrefix.size()), kUnixMode));
  ::fcntl(sockets.front().get(), F_SETFL, O_NONBLOCK);
  while (sockets.size() < count) {
    sockets.emplace_back(::fcntl(sockets.front().get(), F_DUPFD_CLOEXEC, 0));
    if (!sockets.back()) throw SystemError("duplicate a socket");
  }
  return sockets;
}

}  // namespace

std::vector<Fd> listen_on(const SocketAddress& address, std::size_t count) {
  if (address.family() == AF_UNIX) return listen_on_path(address, count);
  bind_to(address, false);  // fails when another program has the port, though it would share it
  std::vector<Fd> sockets;
  sockets.push_back(listen_shared(address));
  const SocketAddress same = address.with_port(port_of(sockets.front().get()));
  while (sockets.size() < count) sockets.push_back(listen_shared(same));
  return sockets;
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) throw SystemError("ask for a port");
  if (address.ss_family == AF_UNIX) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

}  // namespace penstock::router
