#pragma once

#include "runtime/router/client/downstream.h"
#include "runtime/router/loop/timer.h"

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::router {

class Http2Connection;

// One request of an HTTP/2 client and its response. Keeps what the Responder does not want yet of the request's body,
// bounded by the stream's window, and what the client does not take yet of the response's.
class Http2Stream final : public Retirable, public Downstream {
 public:
  Http2Stream(Http2Connection& connection, std::int32_t id);

  // Of the connection.
  // Answers the request whose head is `head`, or refuses it with `refusal`.
  void take(std::string_view head, int refusal);
  // More of the request's body. `trailers` only with `last`; may be null.
  void take_body(std::string_view piece, bool last, const FieldList* trailers);
  // How much of the response's body may be sent now, at most `most`.
  struct Sendable {
    std::size_t bytes = 0;
    bool last = false;      // nothing follows
    bool deferred = false;  // something does, but not now
  };
  Sendable sendable(std::size_t most);
  // Appends the next `bytes` of it to `out`.
  void send(std::size_t bytes, std::string& out);
  // Everything that waited has been sent.
  void on_drained();
  // HTTP/2 knows nothing of this stream any more. Called once.
  void on_closed();

  // Of ResponseSink and Downstream.
  void interim(ResponseHead& head) override;
  void begin(ResponseHead& head) override;
  void body(const BodyPart& part) override;
  std::size_t file(int file, off_t offset, std::size_t bytes) override;
  std::size_t pending() const override { return waiting_.size() - sent_; }
  void abort() override;
  void read_body(bool wanted) override;

  std::int32_t id() const { return id_; }
  bool closed() const { return closed_; }
  // The whole response was passed.
  bool answered() const { return ended_; }
  bool upgraded() const { return upgraded_; }
  bool request_ended() const { return request_ended_; }
  const FieldList* trailers() const { return trailers_ ? &trailers_->fields : nullptr; }
  // How many bytes of the request's body are kept here.
  std::size_t kept() const { return received_.size(); }

 private:
  friend class Http2Connection;
  // Fields with the bytes that they lead into.
  struct KeptFields {
    explicit KeptFields(const FieldList& from);
    std::string bytes;
    FieldList fields;
  };

  void on_request(const RequestHead& request) override;
  void refuse(int status) override;
  std::size_t on_held() override;
  void on_released(std::string_view head, ReleaseSlot slot) override;

  void pass_body(std::string_view piece, bool last, const FieldList* trailers);
  bool count_body(std::size_t bytes, bool last);
  void keep_unsent();
  void end_response();

  Http2Connection& connection_;
  const std::int32_t id_;
  std::size_t place_ = 0;  // in connection_.streams_

  // The request.
  bool body_wanted_ = false;
  bool request_ended_ = false;   // all of it has come
  bool request_passed_ = false;  // and was passed
  std::string received_;         // of its body, not passed yet
  std::unique_ptr<KeptFields> request_trailers_;

  // The response.
  bool to_head_ = false;
  bool without_body_ = false;
  bool upgraded_ = false;
  bool ended_ = false;     // its last part was passed
  bool deferred_ = false;  // nghttp2 waits to be told that there is more
  bool blocked_ = false;   // on_writable() is owed
  bool closed_ = false;
  std::optional<std::uint64_t> left_;          // of the body, when its length is known
  std::span<const std::string_view> passing_;  // during body(): what waits behind waiting_
  std::size_t passed_ = 0;                     // of passing_.front()
  std::string waiting_;
  std::size_t sent_ = 0;  // of waiting_
  std::unique_ptr<KeptFields> trailers_;
  Timer stalled_;
};

}  // namespace penstock::router
