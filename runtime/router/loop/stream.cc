#include "runtime/router/loop/stream.h"

#include "base/error.h"
#include "runtime/router/tls/tls_channel.h"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace penstock::router {
namespace {

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOTCONN;
}

// One short piece costs the kernel less than several do.
constexpr std::size_t kWorthCopying = 1024;

std::size_t bytes_of(std::span<const iovec> pieces) {
  std::size_t sum = 0;
  for (const iovec& piece : pieces) sum += piece.iov_len;
  return sum;
}

ssize_t send_to_kernel(int fd, std::span<const iovec> pieces, int flags) {
  if (pieces.size() == 1) return ::send(fd, pieces[0].iov_base, pieces[0].iov_len, flags);
  if (bytes_of(pieces) <= kWorthCopying) {
    std::array<char, kWorthCopying> copy;
    char* end = copy.data();
    for (const iovec& piece : pieces) end = std::copy_n(static_cast<const char*>(piece.iov_base), piece.iov_len, end);
    return ::send(fd, copy.data(), static_cast<std::size_t>(end - copy.data()), flags);
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  return ::sendmsg(fd, &message, flags);
}

}  // namespace

Stream::Stream(EventLoop& loop, Fd fd, EventHandler& handler) : Stream(loop, std::move(fd), handler, nullptr) {}

Stream::Stream(EventLoop& loop, Fd fd, EventHandler& handler, std::unique_ptr<TlsChannel> tls)
    : loop_(loop), fd_(std::move(fd)), handler_(handler), tls_(std::move(tls)) {
  watched_ = EPOLLIN;
  broken_ = !loop_.try_add(fd_.get(), watched_, handler_);
}

void Stream::secure(std::unique_ptr<TlsChannel> tls) {
  tls_ = std::move(tls);
}

Stream::~Stream() {
  close();
}

Stream::Received Stream::receive(std::span<char> into) {
  if (tls_) {
    const TlsChannel::Outcome outcome = tls_->receive(into);
    return {.bytes = {into.data(), outcome.bytes}, .ended = outcome.ended};
  }
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
  if (tls_ && pending() == 0 && waiting_.size() + bytes.size() <= TlsChannel::kMostBefore) {
    waiting_.append(bytes);
    corked_ = true;
    return;
  }
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  send_pieces({&piece, 1}, MSG_MORE);
}

void Stream::send_pieces(std::span<const iovec> pieces, int flags) {
  if (broken_) return;
  if (corked_) {
    keep_rest(pieces, 0);
    return flush();
  }
  const std::size_t sent = pending() == 0 ? send_now(pieces, flags) : 0;
  if (broken_) return;
  keep_rest(pieces, sent);
  update();
}

std::size_t Stream::send_now(std::span<const iovec> pieces, int flags) {
  if (tls_) {
    const TlsChannel::Outcome outcome = tls_->send(pieces);
    broken_ = outcome.ended;
    return outcome.bytes;
  }
  const ssize_t took = send_to_kernel(fd_.get(), pieces, MSG_NOSIGNAL | flags);
  if (took >= 0) return static_cast<std::size_t>(took);
  broken_ = !would_block(errno);
  return 0;
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
  corked_ = false;
  while (pending() > 0 && !broken_) {
    const iovec piece{waiting_.data() + sent_, pending()};
    const std::size_t took = send_now({&piece, 1}, 0);
    if (took == 0) break;
    sent_ += took;
  }
  if (pending() == 0) {
    std::string().swap(waiting_);
    sent_ = 0;
  }
  update();
}

std::size_t Stream::send_file(int file, off_t offset, std::size_t bytes) {
  if (tls_) return send_file_by_tls(file, offset, bytes);
  const ssize_t sent = ::sendfile(fd_.get(), file, &offset, bytes);
  if (sent > 0) return static_cast<std::size_t>(sent);
  broken_ = sent == 0 || !would_block(errno);  // 0: the file is shorter than it was
  return 0;
}

std::size_t Stream::send_file_by_tls(int file, off_t offset, std::size_t bytes) {
  corked_ = false;
  const TlsChannel::FileOutcome outcome = tls_->send_file(std::exchange(waiting_, {}), {file, offset, bytes});
  waiting_ = outcome.unsent;
  broken_ = outcome.ended;
  update();
  return outcome.bytes;
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
  if (tls_) tls_->say_goodbye();
  ::shutdown(fd_.get(), SHUT_WR);
}

Fd Stream::release() {
  loop_.remove(fd_.get());
  return std::move(fd_);
}

void Stream::close() {
  if (!fd_) return;
  loop_.remove(fd_.get());
  fd_.reset();
}

}  // namespace penstock::router
