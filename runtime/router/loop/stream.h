#pragma once

#include "base/handle.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/gather.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace penstock::router {

class TlsChannel;

// A connected, non-blocking socket, with or without TLS inside. What the kernel does not take at once waits in a
// buffer, which send() only grows: whoever feeds it looks at pending() and stops reading its own source meanwhile.
// Events go to `handler`.
class Stream {
 public:
  Stream(EventLoop& loop, Fd fd, EventHandler& handler);
  // `tls` is null, or has finished its handshake on `fd`.
  Stream(EventLoop& loop, Fd fd, EventHandler& handler, std::unique_ptr<TlsChannel> tls);
  // Everything from now on is inside of `tls`, which has finished its handshake on fd().
  void secure(std::unique_ptr<TlsChannel> tls);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream();

  struct Received {
    std::string_view bytes;
    bool ended = false;  // no more will come: the peer closed or the connection broke
  };
  // `into` is the loop's scratch, or with TLS at least as large as TlsChannel::kLeastRoom.
  Received receive(std::span<char> into);
  enum class Peek { Nothing, Bytes, Ended };
  // What receive() would find.
  Peek peek() const;

  void send(const Gather& pieces);
  void send(std::string_view bytes);
  // More follows at once: the kernel may wait for it before it makes a packet.
  void send_more_coming(std::string_view bytes);
  // Sends what waits. Call when writable.
  void flush();
  // At most `bytes` of `file` from `offset` on, straight from the page cache. Only with nothing pending. Returns how
  // many went, or with TLS also how many are pending now.
  std::size_t send_file(int file, off_t offset, std::size_t bytes);

  std::size_t pending() const { return corked_ ? 0 : waiting_.size() - sent_; }
  // A send failed, because the peer is gone, or the kernel watches no more sockets. Later sends do nothing.
  bool broken() const { return broken_; }

  // Which events the handler gets beside errors; output is watched whenever something is pending.
  void watch_input(bool wanted);
  void watch_hangup(bool wanted);
  void watch_output(bool wanted);
  bool watching_input() const { return input_; }

  // Nothing follows: what was sent is whole. With TLS the peer is told so in a way that nobody else can.
  void shutdown_output();
  // Without shutdown_output() a peer with TLS knows that something may be missing.
  void close();
  // Leaves the socket to somebody else, with nothing pending.
  Fd release();
  bool open() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }
  // Null without TLS.
  const TlsChannel* tls() const { return tls_.get(); }

 private:
  void send_pieces(std::span<const iovec> pieces, int flags);
  std::size_t send_now(std::span<const iovec> pieces, int flags);
  std::size_t send_file_by_tls(int file, off_t offset, std::size_t bytes);
  void keep_rest(std::span<const iovec> pieces, std::size_t sent);
  void update();

  EventLoop& loop_;
  Fd fd_;
  EventHandler& handler_;
  std::unique_ptr<TlsChannel> tls_;
  std::string waiting_;
  std::size_t sent_ = 0;  // of waiting_
  bool corked_ = false;   // with TLS: what waits becomes one record with what follows at once
  bool input_ = true;
  bool hangup_ = false;
  bool output_ = false;
  bool broken_ = false;
  std::uint32_t watched_ = 0;
};

}  // namespace penstock::router
