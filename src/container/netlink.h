// rtnetlink: the kernel's interface to network devices, addresses and routes, without starting `ip` for each.
#pragma once

#include "base/handle.h"

#include <linux/rtnetlink.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace penstock {

// One request, built front to back: the fixed part first, then attributes, nested ones inside attribute groups.
class NetlinkRequest {
 public:
  // `flags` are added to "request, acknowledge".
  NetlinkRequest(std::uint16_t type, std::uint16_t flags);

  // The fixed part of the request, or of an attribute that begins with one.
  template <typename T>
  NetlinkRequest& fixed(const T& value) {
    append(&value, sizeof value);
    return *this;
  }
  NetlinkRequest& attribute(std::uint16_t type, std::string_view bytes);
  template <typename T>
  NetlinkRequest& attribute_value(std::uint16_t type, const T& value) {
    return attribute(type, {reinterpret_cast<const char*>(&value), sizeof value});
  }
  NetlinkRequest& begin(std::uint16_t type);
  NetlinkRequest& end();

  // The bytes to send.
  std::string_view finish();

 private:
  void append(const void* bytes, std::size_t size);

  std::vector<char> buffer_;
  std::vector<std::size_t> open_;  // where the attribute groups begin that are not ended
};

// A connection to the kernel's routing tables of the network namespace in which it was made.
class RouteSocket {
 public:
  RouteSocket();
  // Throws SystemError when the kernel refuses; `action` completes "cannot …".
  void request(NetlinkRequest& request, std::string_view action);

 private:
  Fd socket_;
};

}  // namespace penstock
