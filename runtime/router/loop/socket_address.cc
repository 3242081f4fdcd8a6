#include "runtime/router/loop/socket_address.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <charconv>

namespace penstock::router {
namespace {

[[noreturn]] void refuse(const std::string& text) {
  throw UserError("cannot use address '" + text + "': expected ADDRESS:PORT, [ADDRESS]:PORT or unix:/path");
}

}  // namespace

SocketAddress::SocketAddress(const std::string& text) : text_(text) {
  if (text.starts_with("unix:")) {
    if (text.size() < 7 || text[5] != '/') refuse(text);
    storage_.ss_family = AF_UNIX;
    return;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) refuse(text);
  const bool bracketed = text.front() == '[' && colon > 1 && text[colon - 1] == ']';
  parse_inet(bracketed ? text.substr(1, colon - 2) : text.substr(0, colon), text.substr(colon + 1));
}

void SocketAddress::parse_inet(const std::string& host, const std::string& port) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) refuse(text_);
  auto& v4 = reinterpret_cast<sockaddr_in&>(storage_);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(storage_);
  if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(number);
    length_ = sizeof v4;
  } else if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(number);
    length_ = sizeof v6;
  } else {
    refuse(text_);
  }
}

SocketAddress SocketAddress::with_port(int port) const {
  return SocketAddress(text_.substr(0, text_.rfind(':') + 1) + std::to_string(port));
}

std::string ip_of(const sockaddr_storage& peer) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (peer.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, text.data(), text.size());
  } else if (peer.ss_family == AF_INET6) {
    const in6_addr& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
      ::inet_ntop(AF_INET, &address.s6_addr[12], text.data(), text.size());
    } else {
      ::inet_ntop(AF_INET6, &address, text.data(), text.size());
    }
  }
  return text.data();
}

}  // namespace penstock::router
