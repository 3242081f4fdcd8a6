#pragma once

#include "runtime/router/http/body.h"
#include "runtime/router/http/response_head.h"

#include <sys/types.h>

#include <cstddef>

namespace penstock::router {

// While more than this waits to be sent to one side, nothing is read from the other.
inline constexpr std::size_t kMostPending = std::size_t{64} << 10;

// Takes one response: interim() as often as you like, begin() once, then body() and file() until a part is the last.
// Everything passed is good only during the call. No call reports back: whoever writes learns that the client is gone
// from Responder::on_client_gone(), never from within a call.
class ResponseSink {
 public:
  ResponseSink() = default;
  ResponseSink(const ResponseSink&) = delete;
  ResponseSink& operator=(const ResponseSink&) = delete;
  virtual ~ResponseSink() = default;

  // A status from 100 to 199 but 101. Clients that do not understand it do not get it.
  virtual void interim(ResponseHead& head) = 0;
  // `head` may be changed on its way. May wait for the first part to go with it: pass an empty one to have it sent at
  // once. Says Date when `head` does not. Status 101: bytes both ways follow, `last` ends one direction, and only
  // abort() the exchange.
  virtual void begin(ResponseHead& head) = 0;
  // Payload that a response has not (to HEAD; 204, 304) is dropped; a body not of the length announced is broken off.
  // The last part ends the exchange: the Responder is soon destroyed.
  virtual void body(const BodyPart& part) = 0;
  // Takes at most `bytes` of `file` from `offset` on and returns how many. Fewer: the rest when on_writable() is
  // called.
  virtual std::size_t file(int file, off_t offset, std::size_t bytes) = 0;

  // How much waits to be sent. Above kMostPending stop writing until on_writable().
  virtual std::size_t pending() const = 0;
  // Breaks the response off so that the client can tell. Ends the exchange.
  virtual void abort() = 0;
};

// Stands between a Responder, which owns it, and the next sink. Destroyed before the last part: the response broke off.
class ResponseFilter : public ResponseSink {
 public:
  explicit ResponseFilter(ResponseSink& next) : next_(next) {}

  void interim(ResponseHead& head) override { next_.interim(head); }
  void begin(ResponseHead& head) override { next_.begin(head); }
  void body(const BodyPart& part) override { next_.body(part); }
  std::size_t file(int file, off_t offset, std::size_t bytes) override { return next_.file(file, offset, bytes); }
  std::size_t pending() const override { return next_.pending(); }
  void abort() override { next_.abort(); }

 protected:
  ResponseSink& next() { return next_; }

 private:
  ResponseSink& next_;
};

}  // namespace penstock::router
