#include "runtime/router/loop/listening_sockets.h"

#include "base/error.h"
#include "base/unix_socket.h"
#include "runtime/router/loop/socket_address.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace penstock::router {
namespace {

constexpr unsigned kUnixMode = 0666;  // who may connect is said by the directory
const std::string kUnixPrefix = "unix:";
const std::string kControl = "control";

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

Fd listen_on_path(const std::filesystem::path& path, unsigned mode) {
  Fd fd = listen_unix(path, mode);
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  return fd;
}

std::vector<Fd> listen_on(const SocketAddress& address, std::size_t count) {
  std::vector<Fd> sockets;
  if (address.family() == AF_UNIX) {
    sockets.push_back(listen_on_path(address.text().substr(kUnixPrefix.size()), kUnixMode));
    return sockets;
  }
  bind_to(address, false);  // fails when another program has the port, though it would share it
  sockets.push_back(listen_shared(address));
  const SocketAddress same = address.with_port(port_of(sockets.front().get()));
  while (sockets.size() < count) sockets.push_back(listen_shared(same));
  return sockets;
}

}  // namespace

std::vector<int> ListeningSockets::listen(const std::string& use, const std::string& address, std::size_t count) {
  const std::string name = use + " " + address;
  auto inherited = inherited_.extract(name);
  std::vector<Fd>& sockets = used_[name];
  sockets = inherited ? std::move(inherited.mapped()) : listen_on(SocketAddress(address), count);
  std::vector<int> shared_out;
  for (std::size_t i = 0; i < std::max(count, sockets.size()); ++i) {
    shared_out.push_back(sockets[i % sockets.size()].get());
  }
  return shared_out;
}

int ListeningSockets::listen_for_control(const std::filesystem::path& path) {
  auto inherited = inherited_.extract(kControl);
  std::vector<Fd>& sockets = used_[kControl];
  if (inherited) {
    sockets = std::move(inherited.mapped());
  } else {
    sockets.push_back(listen_on_path(path, 0600));
  }
  return sockets.front().get();
}

std::vector<std::pair<std::string, int>> ListeningSockets::all() const {
  std::vector<std::pair<std::string, int>> all;
  for (const auto& [use, sockets] : used_) {
    for (const Fd& socket : sockets) all.emplace_back(use, socket.get());
  }
  return all;
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
