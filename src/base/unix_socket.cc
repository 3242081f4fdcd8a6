#include "base/unix_socket.h"

#include "base/error.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace penstock {
namespace {

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) throw Error("cannot use socket " + text + ": path too long");
  text.copy(address.sun_path, text.size());
  return address;
}

constexpr std::size_t kMostFds = 250;  // the kernel takes 253
using AncillaryBuffer = std::array<char, CMSG_SPACE(kMostFds * sizeof(int))>;

Fd stream_socket() {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) throw SystemError("create a socket");
  return fd;
}

}  // namespace

Fd listen_unix(const std::filesystem::path& path, unsigned mode) {
  const sockaddr_un address = address_of(path);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  const Fd probe = stream_socket();
  if (::connect(probe.get(), generic, sizeof address) == 0) {
    throw Conflict("cannot listen on " + path.string() + ": another process does");
  }
  ::unlink(path.c_str());
  Fd fd = stream_socket();
  if (::bind(fd.get(), generic, sizeof address) != 0) throw SystemError("bind " + path.string());
  if (::chmod(path.c_str(), mode) != 0) throw SystemError("set permissions of " + path.string());
  if (::listen(fd.get(), SOMAXCONN) != 0) throw SystemError("listen on " + path.string());
  return fd;
}

Fd connect_unix(const std::filesystem::path& path) {
  const sockaddr_un address = address_of(path);
  Fd fd = stream_socket();
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw SystemError("connect to " + path.string());
  }
  return fd;
}

Fd open_socket(const std::filesystem::path& path) {
  Fd fd(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return Fd();
  if (S_ISSOCK(status.st_mode)) return fd;
  errno = ENOTSOCK;
  return Fd();
}

sockaddr_un address_of(const Fd& open_socket) {
  return address_of(std::filesystem::path("/proc/self/fd/" + std::to_string(open_socket.get())));
}

uid_t peer_uid(int socket) {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) {
    throw SystemError("ask who is connected");
  }
  return credentials.uid;
}

void send_with_fds(int socket, std::string_view bytes, std::span<const int> fds) {
  iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  AncillaryBuffer buffer{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = buffer.data();
  message.msg_controllen = CMSG_SPACE(fds.size_bytes());
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(fds.size_bytes());
  std::memcpy(CMSG_DATA(header), fds.data(), fds.size_bytes());
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0) throw SystemError("pass file descriptors");
}

std::string receive_with_fds(int socket, std::vector<Fd>& fds) {
  std::string bytes(std::size_t{64} << 10, '\0');
  iovec piece{bytes.data(), bytes.size()};
  AncillaryBuffer buffer{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = buffer.data();
  message.msg_controllen = buffer.size();
  const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (got < 0) throw SystemError("receive file descriptors");
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    std::vector<int> received((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(received.data(), CMSG_DATA(header), received.size() * sizeof(int));
    for (const int fd : received) fds.emplace_back(fd);
  }
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

std::optional<std::string> LineReader::next() {
  while (true) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      searched_ = 0;
      return line;
    }
    searched_ = buffer_.size();
    if (buffer_.size() > limit_) throw Error("cannot read a line: longer than " + std::to_string(limit_) + " bytes");
    std::array<char, 1 << 14> chunk{};
    const ssize_t got = ::read(fd_, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw SystemError("read a line");
    if (got == 0) return std::nullopt;
    buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace penstock
