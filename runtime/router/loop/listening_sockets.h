#pragma once

#include "base/handle.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace penstock::router {

// By what they are for, e.g. "listen 0.0.0.0:80".
using SocketsByUse = std::map<std::string, std::vector<Fd>>;

// Owns the sockets that a router listens on: made, or taken over from a router that this one takes the place of.
class ListeningSockets {
 public:
  explicit ListeningSockets(SocketsByUse inherited = {}) : inherited_(std::move(inherited)) {}

  // Sockets for `count` loops to take connections from, at least so many; the kernel shares connections out over them.
  // The same one may be there more than once. `use` tells what is spoken there. Throws SystemError, also when another
  // program listens on `address`, and UserError.
  std::vector<int> listen(const std::string& use, const std::string& address, std::size_t count);
  // The one on which the router is controlled. Throws SystemError, or Conflict when another router has it.
  int listen_for_control(const std::filesystem::path& path);

  // All that are in use, with their uses.
  std::vector<std::pair<std::string, int>> all() const;
  // Closes those inherited that nobody asked for.
  void drop_unused() { inherited_.clear(); }
  void close() { used_.clear(); }

 private:
  SocketsByUse inherited_;
  SocketsByUse used_;
};

// Of a TCP socket; 0 of a unix socket. Throws SystemError.
int port_of(int socket);

}  // namespace penstock::router
