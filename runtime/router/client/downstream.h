#pragma once

#include "runtime/router/access_log/access_log_entry.h"
#include "runtime/router/client/responder.h"
#include "runtime/router/client/stored_body.h"
#include "runtime/router/hold/hold_queue.h"
#include "runtime/router/http/reply.h"
#include "runtime/router/http/request_head.h"
#include "runtime/router/loop/connection_limits.h"
#include "runtime/router/metrics/request_counters.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::router {

class TlsChannel;
class Worker;

// Who sent a request, as far as its connection tells.
struct Peer {
  Caller caller;
  const TlsChannel* tls = nullptr;  // null without TLS
};

// The client's side of one exchange, whatever protocol the client speaks: has the request answered by a Reply or a
// Responder, and takes the response.
class Downstream : public ResponseSink, private HeldRequest {
 public:
  // `peer` lives as long as this.
  Downstream(Worker& worker, const Peer& peer) : worker_(worker), peer_(peer) {}
  ~Downstream() override;

  // Answers the present request at once.
  void send_reply(const Reply& reply, bool json);
  // Has the present request answered by `responder`, from start() on.
  void answer_with(std::unique_ptr<Responder> responder);
  // Keeps the request, whose head is `head`, until `queue` lets it go on.
  void hold(HoldQueue& queue, std::string_view head);

  // The environment that the present request is for.
  void belongs_to(const std::shared_ptr<const Environment>& environment, const RequestHead& request);

  // Has the request dispatched again whose head is `head`, for a Responder that waited for something.
  void take_again(std::string_view head, ReleaseSlot slot);

  // The present request's body has been read and is kept, until its application takes it.
  void keep_body(std::unique_ptr<StoredBody> body) { kept_body_ = std::move(body); }
  std::unique_ptr<StoredBody> take_kept_body() { return std::move(kept_body_); }

  // Whether the Responder wants the request's body, which it does not at first. What has already come is passed at
  // once, from within this call.
  virtual void read_body(bool wanted) = 0;

  Worker& worker() { return worker_; }
  // Says in `head` where the response comes from, instead of what an application says there.
  void add_platform_fields(ResponseHead& head) const;
  // Of the present request: whoever writes the response keeps `status` and `response_bytes`.
  RequestRecord& record() { return record_; }
  const Peer& peer() const { return peer_; }
  // Whose address `request` comes from: with a TLS terminator in front, the one that stands at the end of what it adds
  // to. Lives as long as the request and the peer.
  std::string_view client_ip(const RequestHead& request) const;

 protected:
  // Has the request dispatched whose head is `head`, in the form of HTTP/1.1.
  void take_request(std::string_view head, ReleaseSlot slot);
  // The request is about to be answered.
  virtual void on_request(const RequestHead& request) = 0;
  // The request is not valid: answers with `status`.
  virtual void refuse(int status) = 0;
  // The request waits. Returns how many bytes are kept beside its head.
  virtual std::size_t on_held() = 0;
  // The request may go on: calls take_request().
  virtual void on_released(std::string_view head, ReleaseSlot slot) = 0;

  bool held() const { return queue_ != nullptr; }
  // The client hung up while its request was held.
  void leave_queue() { queue_->leave(ticket_); }
  Responder* responder() { return responder_.get(); }
  void drop_responder();
  // The exchange is over, properly or not.
  void finish_record();

 private:
  void begin_record();
  void proceed(ReleaseSlot slot) final;
  void give_up() final;

  Worker& worker_;
  const Peer& peer_;
  RequestRecord record_;
  std::shared_ptr<const Environment> environment_;  // that the present request is for
  std::unique_ptr<AccessLogEntry> log_entry_;       // null when nothing is logged
  std::unique_ptr<Responder> responder_;
  std::unique_ptr<StoredBody> kept_body_;
  std::string held_;            // head of the held request
  HoldQueue* queue_ = nullptr;  // while held
  Milliseconds held_since_{0};
  HoldQueue::Ticket ticket_;
};

}  // namespace penstock::router
