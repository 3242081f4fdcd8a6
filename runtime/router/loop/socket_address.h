#pragma once

#include <sys/socket.h>

#include <string>

namespace penstock::router {

// The address of a peer without its port, as X-Forwarded-For wants it.
std::string ip_of(const sockaddr_storage& peer);

// "10.0.0.1:80", "[::1]:80" or "unix:/path".
class SocketAddress {
 public:
  // Throws UserError.
  explicit SocketAddress(const std::string& text);

  // The same address, of IPv4 or IPv6, with another port.
  SocketAddress with_port(int port) const;

  const std::string& text() const { return text_; }
  int family() const { return storage_.ss_family; }
  // Of IPv4 or IPv6, without the port.
  std::string ip() const { return ip_of(storage_); }
  // Of a unix socket.
  std::string path() const { return text_.substr(5); }
  // Of any other.
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t length() const { return length_; }

 private:
  void parse_inet(const std::string& host, const std::string& port);

  std::string text_;
  sockaddr_storage storage_{};
  socklen_t length_ = 0;
};

}  // namespace penstock::router
