// Stream sockets on a path of the file system, for the programs of one host to talk to each other.
#pragma once

#include "base/handle.h"

#include <sys/un.h>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Listens on `path`, replacing a socket left there by a process that is gone. Throws Conflict when somebody answers on
// it. `mode` are the permissions of the path.
Fd listen_unix(const std::filesystem::path& path, unsigned mode = 0600);

// Throws SystemError when nobody listens.
Fd connect_unix(const std::filesystem::path& path);

// Opens the socket that is at `path` itself, for connecting to it: where others may write to its directory, a link
// there leads nowhere. Empty when there is no socket; errno says why.
Fd open_socket(const std::filesystem::path& path);
// An address for connect() to a socket so opened, good while it is open.
sockaddr_un address_of(const Fd& open_socket);

// The user at the other end, as the kernel knows it.
uid_t peer_uid(int socket);

// Sends `bytes`, which are not empty, and copies of file descriptors with them, at most 250. Throws SystemError.
void send_with_fds(int socket, std::string_view bytes, std::span<const int> fds);
// What is there to be read, at most 64 KiB; waits for it when the socket blocks. File descriptors that came along are
// added to `fds`. Empty at the end of the stream. Throws SystemError.
std::string receive_with_fds(int socket, std::vector<Fd>& fds);

// Reads lines from a stream socket or pipe. Bounded: a line longer than `limit` bytes throws Error.
class LineReader {
 public:
  explicit LineReader(int fd, std::size_t limit = std::size_t{64} << 20) : fd_(fd), limit_(limit) {}
  // Without its line feed. Empty at the end of the stream.
  std::optional<std::string> next();

 private:
  int fd_;
  std::size_t limit_;
  std::string buffer_;
  std::size_t searched_ = 0;
};

}  // namespace penstock
