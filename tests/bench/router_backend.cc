// The application behind the proxies that tests/bench/router compares: answers as fast as one thread can.
//
// GET /small…: 100 bytes. GET /large…: 64 KiB. Anything else is never answered.
#include "base/error.h"
#include "base/handle.h"

#include <fmt/format.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <unordered_map>

namespace {

using namespace penstock;

std::string response_of(std::size_t bytes) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", bytes) +
         std::string(bytes, 'x');
}

const std::string kSmall = response_of(100);
const std::string kLarge = response_of(std::size_t{64} << 10);

struct Connection {
  Fd fd;
  std::string partial;      // of a request
  std::string_view unsent;  // of a response
};

void send_rest(int epoll, Connection& connection) {
  const ssize_t sent = ::send(connection.fd.get(), connection.unsent.data(), connection.unsent.size(), MSG_NOSIGNAL);
  if (sent > 0) connection.unsent.remove_prefix(static_cast<std::size_t>(sent));
  epoll_event event{};
  event.events = EPOLLIN | (connection.unsent.empty() ? 0U : EPOLLOUT);
  event.data.fd = connection.fd.get();
  ::epoll_ctl(epoll, EPOLL_CTL_MOD, connection.fd.get(), &event);
}

void answer(int epoll, Connection& connection, std::string_view head) {
  const bool small = head.starts_with("GET /small");
  if (!small && !head.starts_with("GET /large")) return;
  const std::string& response = small ? kSmall : kLarge;
  const ssize_t sent = ::send(connection.fd.get(), response.data(), response.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(response.size())) return;
  connection.unsent = std::string_view(response).substr(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  send_rest(epoll, connection);
}

// False: the connection has ended. Proxies send one request at a time.
bool take_request(int epoll, Connection& connection) {
  static std::array<char, 65'536> buffer;
  const ssize_t got = ::recv(connection.fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got <= 0) return got < 0 && errno == EAGAIN;
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  if (connection.partial.empty() && bytes.ends_with("\r\n\r\n")) {
    answer(epoll, connection, bytes);
    return true;
  }
  connection.partial.append(bytes);
  if (!connection.partial.ends_with("\r\n\r\n")) return true;
  answer(epoll, connection, connection.partial);
  connection.partial.clear();
  return true;
}

void watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) throw SystemError("watch a socket");
}

Fd listen_on(std::uint16_t port) {
  Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(listener.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), SOMAXCONN) != 0) {
    throw SystemError("listen");
  }
  return listener;
}

void serve(std::uint16_t port) {
  const Fd listener = listen_on(port);
  const Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  watch(epoll.get(), listener.get());
  std::unordered_map<int, Connection> connections;
  std::array<epoll_event, 512> events;
  while (true) {
    const int count = ::epoll_wait(epoll.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == listener.get()) {
        Fd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!client) continue;
        watch(epoll.get(), client.get());
        const int fd = client.get();
        connections[fd].fd = std::move(client);
        continue;
      }
      Connection& connection = connections[event.data.fd];
      if ((event.events & EPOLLOUT) != 0) send_rest(epoll.get(), connection);
      if ((event.events & ~EPOLLOUT) != 0U && !take_request(epoll.get(), connection)) connections.erase(event.data.fd);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: router_backend PORT\n", stderr);
    return 2;
  }
  try {
    serve(static_cast<std::uint16_t>(std::atoi(argv[1])));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
