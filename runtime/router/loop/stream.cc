#include "runtime/router/loop/stream.h"

#include "base/error.h"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>

namespace penstock::router {
namespace {

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOTCONN;
}

}  // namespace

Stream::Stream(EventLoop& loop, Fd fd, EventHandler& handler) : loop_(loop), fd_(std::move(fd)), handler_(handler) {
  watched_ = EPOLLIN;
  broken_ = !loop_.try_add(fd_.get(), watched_, handler_);
}

Stream::Received Stream::receive(std::span<char> into) {
  const ssize_t got = ::recv(fd_.get(), into.data(), into.size(), 0);
  if (got > 0) return {.bytes = {into.data(), static_cast<std::size_t>(got)}};
  return {.bytes = {}, .ended = got == 0 || !would_block(errno)};
}

Stream::Peek Stream::peek() const {
  char byte = 0;
  const ssize_t got = ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) return Peek::Bytes;
  return got == 0 || !would_block(errno) ? Peek::Ended : Peek::Nothing;
}

void Stream::send(const Gather& pieces) {
  send_pieces(pieces.pieces(), 0);
}

void Stream::send(std::string_view bytes) {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  send_pieces({&piece, 1}, 0);
}

void Stream::send_more_coming(std::string_view bytes) {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  send_pieces({&piece, 1}, MSG_MORE);
}

void Stream::send_pieces(std::span<const iovec> pieces, int flags) {
  if (broken_) return;
  std::size_t sent = 0;
  if (pending() == 0) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    const ssize_t took = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL | flags);
    if (took < 0 && !would_block(errno)) {
      broken_ = true;
      return;
    }
    sent = took < 0 ? 0 : static_cast<std::size_t>(took);
  }
  keep_rest(pieces, sent);
  update();
}

void Stream::keep_rest(std::span<const iovec> pieces, std::size_t sent) {
  for (const iovec& piece : pieces) {
    if (sent >= piece.iov_len) {
      sent -= piece.iov_len;
      continue;
    }
    waiting_.append(static_cast<const char*>(piece.iov_base) + sent, piece.iov_len - sent);
    sent = 0;
  }
}

void Stream::flush() {
  while (pending() > 0 && !broken_) {
    const ssize_t took = ::send(fd_.get(), waiting_.data() + sent_, pending(), MSG_NOSIGNAL);
    if (took < 0) {
      broken_ = !would_block(errno);
      break;
    }
    sent_ += static_cast<std::size_t>(took);
  }
  if (pending() == 0) {
    std::string().swap(waiting_);
    sent_ = 0;
  }
  update();
}

std::size_t Stream::send_file(int file, off_t offset, std::size_t bytes) {
  const ssize_t sent = ::sendfile(fd_.get(), file, &offset, bytes);
  if (sent > 0) return static_cast<std::size_t>(sent);
  broken_ = sent == 0 || !would_block(errno);  // 0: the file is shorter than it was
  return 0;
}

void Stream::watch_input(bool wanted) {
  input_ = wanted;
  update();
}

void Stream::watch_hangup(bool wanted) {
  hangup_ = wanted;
  update();
}

void Stream::watch_output(bool wanted) {
  output_ = wanted;
  update();
}

void Stream::update() {
  if (!fd_) return;
  const bool output = output_ || (pending() > 0 && !broken_);
  const std::uint32_t wanted = (input_ ? EPOLLIN : 0U) | (hangup_ ? EPOLLRDHUP : 0U) | (output ? EPOLLOUT : 0U);
  if (wanted == watched_) return;
  watched_ = wanted;
  broken_ |= !loop_.modify(fd_.get(), wanted, handler_);
}

void Stream::shutdown_output() {
  ::shutdown(fd_.get(), SHUT_WR);
}

void Stream::close() {
  if (!fd_) return;
  loop_.remove(fd_.get());
  fd_.reset();
}

}  // namespace penstock::router
