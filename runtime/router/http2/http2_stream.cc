#include "runtime/router/http2/http2_stream.h"

#include "runtime/router/http2/http2_connection.h"
#include "runtime/router/worker.h"

#include <unistd.h>

#include <algorithm>

namespace penstock::router {
namespace {

// Beside its head, what a held request costs.
constexpr std::size_t kHeldOverhead = 1024;

}  // namespace

Http2Stream::KeptFields::KeptFields(const FieldList& from) {
  std::size_t size = 0;
  for (const Field& field : from.all()) size += field.name.size() + field.value.size();
  bytes.reserve(size);
  const auto keep = [this](std::string_view text) {
    bytes.append(text);
    return std::string_view(bytes).substr(bytes.size() - text.size());
  };
  for (const Field& field : from.all()) {
    const std::string_view name = keep(field.name);
    fields.add({name, keep(field.value), field.known});
  }
}

Http2Stream::Http2Stream(Http2Connection& connection, std::int32_t id)
    : Downstream(connection.worker(), connection.peer()),
      connection_(connection),
      id_(id),
      stalled_(connection.worker().loop().timers(), [this] { connection_.reset(*this, NGHTTP2_CANCEL); }) {}

// The request

void Http2Stream::take(std::string_view head, int refusal) {
  if (refusal != 0) return refuse(refusal);
  take_request(head, {});
}

void Http2Stream::on_request(const RequestHead& request) {
  to_head_ = request.is_head();
  record().protocol = Protocol::Http2;
}

void Http2Stream::refuse(int status) {
  send_reply({.status = status, .explanation = "This is not a request that HTTP/2 allows.", .fields = {}}, false);
}

std::size_t Http2Stream::on_held() {
  return received_.size() + kHeldOverhead;
}

void Http2Stream::on_released(std::string_view head, ReleaseSlot slot) {
  take_request(head, std::move(slot));
}

void Http2Stream::take_body(std::string_view piece, bool last, const FieldList* trailers) {
  request_ended_ |= last;
  record().request_bytes += piece.size();
  if (body_wanted_ && responder() != nullptr && received_.empty()) {
    connection_.consumed(*this, piece.size());
    return pass_body(piece, last, trailers);
  }
  if (ended_ || closed_) return connection_.consumed(*this, piece.size());
  received_.append(piece);
  if (trailers != nullptr) request_trailers_ = std::make_unique<KeptFields>(*trailers);
}

void Http2Stream::read_body(bool wanted) {
  if (wanted && !body_wanted_) connection_.widen(*this);
  body_wanted_ = wanted;
  if (!wanted || request_passed_ || (received_.empty() && !request_ended_)) return;
  const std::string kept = std::exchange(received_, {});
  connection_.consumed(*this, kept.size());
  const auto trailers = std::move(request_trailers_);
  pass_body(kept, request_ended_, trailers ? &trailers->fields : nullptr);
}

void Http2Stream::pass_body(std::string_view piece, bool last, const FieldList* trailers) {
  if (piece.empty() && !last) return;
  request_passed_ = last;
  const std::size_t pieces = piece.empty() ? 0 : 1;
  responder()->on_request_body({.pieces = {&piece, pieces}, .last = last, .trailers = trailers});
}

// The response

void Http2Stream::interim(ResponseHead& head) {
  if (!closed_) connection_.submit_interim(*this, head);
}

void Http2Stream::begin(ResponseHead& head) {
  add_platform_fields(head);
  record().status = head.status;
  upgraded_ = head.status == 101;
  without_body_ = to_head_ || (head.bodiless() && !upgraded_) || head.length == 0;
  left_ = to_head_ || head.bodiless() ? std::nullopt : head.length;
  if (!closed_) connection_.submit_head(*this, head, without_body_);
}

void Http2Stream::body(const BodyPart& part) {
  if (closed_ || ended_) return;
  if (!count_body(part.bytes(), part.last)) return abort();
  if (!without_body_) record().response_bytes += part.bytes();
  ended_ = part.last;
  if (part.trailers != nullptr) trailers_ = std::make_unique<KeptFields>(*part.trailers);
  if (!without_body_) passing_ = part.pieces;
  connection_.send_body(*this, std::exchange(deferred_, false));
  keep_unsent();
  if (ended_ && !upgraded_) drop_responder();
}

void Http2Stream::keep_unsent() {
  for (const std::string_view piece : passing_) {
    waiting_.append(piece.substr(passed_));
    passed_ = 0;
  }
  passing_ = {};
  if (pending() == 0) return;
  blocked_ = true;
  if (!stalled_.armed()) stalled_.arm(worker().settings().timeouts.client);
}

std::size_t Http2Stream::file(int file, off_t offset, std::size_t bytes) {
  if (closed_ || without_body_) return bytes;
  if (pending() > 0) return 0;
  waiting_.resize(std::min(bytes, kMostPending));
  const ssize_t got = ::pread(file, waiting_.data(), waiting_.size(), offset);
  const auto taken = static_cast<std::size_t>(std::max<ssize_t>(0, got));
  waiting_.resize(taken);
  if (taken == 0 || !count_body(taken, false)) {  // the file is shorter than it was
    abort();
    return 0;
  }
  record().response_bytes += taken;
  blocked_ = taken < bytes;
  connection_.send_body(*this, std::exchange(deferred_, false));
  keep_unsent();
  return taken;
}

bool Http2Stream::count_body(std::size_t bytes, bool last) {
  if (!left_) return true;
  if (bytes > *left_) return false;
  *left_ -= bytes;
  return !last || *left_ == 0;
}

void Http2Stream::abort() {
  const bool over = upgraded_ && ended_ && request_ended_;
  ended_ = true;
  drop_responder();
  if (!over) connection_.reset(*this, NGHTTP2_INTERNAL_ERROR);
}

// What the connection takes

Http2Stream::Sendable Http2Stream::sendable(std::size_t most) {
  std::size_t available = pending();
  if (!passing_.empty()) available += BodyPart{.pieces = passing_}.bytes() - passed_;
  if (available == 0 && !ended_) {
    deferred_ = true;
    return {.deferred = true};
  }
  return {.bytes = std::min(available, most), .last = ended_ && available <= most};
}

void Http2Stream::send(std::size_t bytes, std::string& out) {
  const std::size_t kept = std::min(bytes, pending());
  out.append(waiting_, sent_, kept);
  sent_ += kept;
  bytes -= kept;
  while (bytes > 0) {
    const std::string_view piece = passing_.front().substr(passed_, bytes);
    out.append(piece);
    passed_ += piece.size();
    bytes -= piece.size();
    if (passed_ < passing_.front().size()) break;
    passing_ = passing_.subspan(1);
    passed_ = 0;
  }
  if (pending() > 0) {
    stalled_.arm(worker().settings().timeouts.client);
    return;
  }
  std::string().swap(waiting_);
  sent_ = 0;
  stalled_.cancel();
  if (blocked_) connection_.drained(*this);
}

void Http2Stream::on_drained() {
  if (std::exchange(blocked_, false) && responder() != nullptr) responder()->on_writable();
}

void Http2Stream::on_closed() {
  closed_ = true;
  finish_record();
  stalled_.cancel();
  if (held()) leave_queue();
  if (responder() == nullptr) return;
  responder()->on_client_gone();
  drop_responder();
}

}  // namespace penstock::router
