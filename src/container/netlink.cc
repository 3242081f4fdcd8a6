#include "container/netlink.h"

#include "base/error.h"

#include <sys/socket.h>

#include <array>
#include <cstring>
#include <string>

namespace penstock {

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
  append(&header, sizeof header);
}

NetlinkRequest& NetlinkRequest::attribute(std::uint16_t type, std::string_view bytes) {
  rtattr header{};
  header.rta_type = type;
  header.rta_len = static_cast<std::uint16_t>(RTA_LENGTH(bytes.size()));
  append(&header, sizeof header);
  append(bytes.data(), bytes.size());
  return *this;
}

NetlinkRequest& NetlinkRequest::begin(std::uint16_t type) {
  open_.push_back(buffer_.size());
  return attribute(type, {});
}

NetlinkRequest& NetlinkRequest::end() {
  const std::size_t start = open_.back();
  open_.pop_back();
  const auto length = static_cast<std::uint16_t>(buffer_.size() - start);
  std::memcpy(buffer_.data() + start + offsetof(rtattr, rta_len), &length, sizeof length);
  return *this;
}

std::string_view NetlinkRequest::finish() {
  const auto length = static_cast<std::uint32_t>(buffer_.size());
  std::memcpy(buffer_.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
  return {buffer_.data(), buffer_.size()};
}

void NetlinkRequest::append(const void* bytes, std::size_t size) {
  const auto* begin = static_cast<const char*>(bytes);
  buffer_.insert(buffer_.end(), begin, begin + size);
  buffer_.resize(NLMSG_ALIGN(buffer_.size()));
}

RouteSocket::RouteSocket() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
  if (!socket_) throw SystemError("open a netlink socket");
}

void RouteSocket::request(NetlinkRequest& request, std::string_view action) {
  const std::string_view bytes = request.finish();
  if (::send(socket_.get(), bytes.data(), bytes.size(), 0) < 0) throw SystemError(std::string(action));
  alignas(nlmsghdr) std::array<char, 8192> answer{};
  const ssize_t got = ::recv(socket_.get(), answer.data(), answer.size(), 0);
  if (got < 0) throw SystemError(std::string(action));
  nlmsghdr header{};
  std::memcpy(&header, answer.data(), sizeof header);
  if (got < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr))) || header.nlmsg_type != NLMSG_ERROR) {
    throw Error("cannot " + std::string(action) + ": the kernel's answer makes no sense");
  }
  nlmsgerr result{};
  std::memcpy(&result, answer.data() + NLMSG_HDRLEN, sizeof result);
  if (result.error != 0) throw SystemError(std::string(action), -result.error);
}

}  // namespace penstock
