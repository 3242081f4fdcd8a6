#include "runtime/router/client/session.h"

#include "runtime/router/http/message_writer.h"
#include "runtime/router/http2/http2_connection.h"
#include "runtime/router/tls/tls_channel.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace penstock::router {
namespace {

// Beside its head, what a held request costs: this object, its timer, its place in the queue.
constexpr std::size_t kHeldOverhead = 1024;
constexpr std::size_t kUsualHead = 512;
// Cheaper to read and send with its head than to have sent by the kernel.
constexpr std::size_t kSmallFile = std::size_t{16} << 10;
// Of a file per event, so that one client's download does not keep the others waiting.
constexpr std::size_t kMostPerEvent = std::size_t{1} << 20;

// How HTTP/2 begins, as far as it looks like a request (RFC 9113 section 3.4).
constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\n";

}  // namespace

Session::Session(Worker& worker, Fd fd, Caller caller, std::unique_ptr<TlsChannel> tls)
    : Downstream(worker, address_),
      address_{.caller = std::move(caller), .tls = tls.get()},
      timer_(worker.loop().timers(), [this] { on_timer(); }),
      stream_(worker.loop(), std::move(fd), *this, std::move(tls)) {
  timer_.arm(worker.settings().timeouts.request_head);
}

void Session::on_events(std::uint32_t events) {
  switch (state_) {
    case State::Head:
    case State::Lingering:
      return on_input();
    case State::Held:
      if (!still_there()) close();
      return;
    case State::Responding:
      return on_exchange_events(events);
    case State::Flushing:
      stream_.flush();
      if (stream_.broken() || (events & (EPOLLERR | EPOLLHUP)) != 0) return close();
      if (stream_.pending() == 0) end_response();
      return;
    case State::Closed:
      return;
  }
}

// Requests

// No more at once than a head can need: what a client sends ahead waits in its socket while others have their turn.
void Session::on_input() {
  const Stream::Received received = stream_.receive(worker().loop().scratch().first(kLongestHead));
  if (received.ended) return close();
  if (state_ == State::Lingering || received.bytes.empty()) return;
  if (quiet()) timer_.arm(worker().settings().timeouts.request_head);
  if (!input_.empty()) {
    input_.append(received.bytes);
    return take_requests(std::move(input_));
  }
  // The usual case: one whole request, handled where it was received.
  const HeadExtent extent = find_request_head(received.bytes, 0);
  if (extent.refusal != 0 || extent.length != received.bytes.size()) {
    return take_requests(std::string(received.bytes));
  }
  take_one(received.bytes, {});
  if (state_ == State::Head && !input_.empty()) take_requests(std::move(input_));
}

void Session::take_requests(std::string bytes) {
  while (state_ == State::Head) {
    const HeadExtent extent = find_request_head(bytes, searched_);
    searched_ = 0;
    if (extent.refusal != 0) return refuse(extent.refusal);
    if (extent.length == 0) {
      searched_ = bytes.size();
      input_ = std::move(bytes);
      return;
    }
    input_ = bytes.substr(extent.length);
    bytes.resize(extent.length);
    take_one(bytes, {});
    if (state_ == State::Head) bytes = std::move(input_);
    if (bytes.empty()) return;
  }
}

void Session::take_one(std::string_view head, ReleaseSlot slot) {
  if (std::exchange(first_, false) && head == kHttp2Preface && stream_.tls() == nullptr) return become_http2();
  handling_ = true;
  state_ = State::Responding;
  timer_.cancel();
  take_request(head, std::move(slot));
  handling_ = false;
}

void Session::become_http2() {
  const std::string received = std::string(kHttp2Preface) + std::exchange(input_, {});
  state_ = State::Closed;
  timer_.cancel();
  auto connection = std::make_unique<Http2Connection>(worker(), stream_.release(), address_.caller, nullptr);
  Http2Connection& successor = *connection;
  worker().serve(std::move(connection));
  worker().remove(*this);
  successor.take(received);
}

void Session::on_request(const RequestHead& request) {
  state_ = State::Responding;
  keep_alive_ = request.keep_alive;
  present_ = std::make_unique<Present>();
  present_->to_head = request.is_head();
  present_->minor_version = request.minor_version;
  record().protocol = request.minor_version == 0 ? Protocol::Http10 : Protocol::Http11;
  present_->request_body = BodyReader(request.body);
}

void Session::refuse(int status) {
  state_ = State::Responding;
  keep_alive_ = false;
  present_ = std::make_unique<Present>();
  send_reply({.status = status, .explanation = "This is not a request that HTTP/1.1 allows.", .fields = {}}, false);
}

std::size_t Session::on_held() {
  input_.shrink_to_fit();
  present_.reset();
  state_ = State::Held;
  timer_.cancel();
  return input_.size() + kHeldOverhead;
}

void Session::on_released(std::string_view head, ReleaseSlot slot) {
  resume_input();
  take_one(head, std::move(slot));
  if (state_ == State::Head && !input_.empty()) take_requests(std::move(input_));
}

// What happens during an exchange

void Session::on_exchange_events(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    stream_.flush();
    timer_.arm(worker().settings().timeouts.client);
    if (stream_.pending() == 0) on_drained();
    if (state_ != State::Responding) return;
  }
  const std::uint32_t fatal =
      present_->upgraded && !present_->client_ended ? EPOLLERR : EPOLLERR | EPOLLHUP | EPOLLRDHUP;
  if (stream_.broken() || (events & fatal) != 0) return lose_client();
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) take_body_input();
}

void Session::on_drained() {
  timer_.cancel();
  if (present_->output_ended) stream_.shutdown_output();
  if (responder() != nullptr) responder()->on_writable();
}

void Session::take_body_input() {
  if (present_->request_body.done() || !present_->body_wanted || !stream_.watching_input()) {
    if (!still_there()) lose_client();
    return;
  }
  const Stream::Received received = stream_.receive(worker().loop().scratch());
  if (received.ended) return on_client_end();
  if (!received.bytes.empty()) pass_body(received.bytes);
}

void Session::read_body(bool wanted) {
  present_->body_wanted = wanted;
  if (present_->request_body.done() || present_->client_ended) return;
  if (!wanted) return stream_.watch_input(false);
  resume_input();
  if (!input_.empty()) pass_body(std::exchange(input_, {}));
}

void Session::pass_body(std::string_view bytes) {
  Responder* const reader = responder();
  do {
    Pieces pieces;
    present_->request_body.read(bytes, pieces);
    if (present_->request_body.malformed()) return refuse_body();
    record().request_bytes += BodyPart{.pieces = pieces.all()}.bytes();
    const bool last = present_->request_body.done();
    if (last) input_.append(std::exchange(bytes, {}));
    if (pieces.all().empty() && !last) return;
    reader->on_request_body({.pieces = pieces.all(), .last = last, .trailers = present_->request_body.trailers()});
  } while (!bytes.empty() && responder() == reader);
}

void Session::refuse_body() {
  responder()->on_client_gone();
  if (present_->begun) return close();
  drop_responder();
  refuse(400);
}

// The end of input is a proper one only for an upgraded connection.
void Session::on_client_end() {
  if (!present_->upgraded) return lose_client();
  present_->client_ended = true;
  stream_.watch_input(false);
  responder()->on_request_body({.last = true});
}

void Session::lose_client() {
  if (responder() != nullptr) responder()->on_client_gone();
  close();
}

bool Session::still_there() {
  switch (stream_.peek()) {
    case Stream::Peek::Nothing:
      return true;
    case Stream::Peek::Ended:
      return false;
    case Stream::Peek::Bytes:
      break;
  }
  // More bytes wait in the socket, which therefore would be reported again and again. From now on only the hang-up is.
  if (!stream_.watching_input()) return false;
  stream_.watch_input(false);
  stream_.watch_hangup(true);
  return true;
}

void Session::resume_input() {
  stream_.watch_hangup(false);
  stream_.watch_input(true);
}

// The response

void Session::interim(ResponseHead& head) {
  if (present_->minor_version == 0) return;
  std::string text;
  write_client_response(head, {}, text);
  stream_.send(text);
  after_sending();
}

void Session::begin(ResponseHead& head) {
  add_platform_fields(head);
  present_->begun = true;
  record().status = head.status;
  present_->upgraded = head.status == 101;
  if (present_->upgraded) present_->request_body = BodyReader({.kind = Framing::UntilClose});
  present_->without_body = present_->to_head || (head.bodiless() && !present_->upgraded);
  const bool delimited = present_->without_body || head.length.has_value() || present_->minor_version >= 1;
  present_->response_body =
      BodyWriter(!present_->without_body && !present_->upgraded && !head.length && present_->minor_version >= 1);
  present_->left = present_->without_body ? std::nullopt : head.length;
  keep_alive_ = keep_alive_ && delimited && present_->request_body.done() && !worker().stopping();
  present_->opening.reserve(kUsualHead);
  write_client_response(head,
                        {.client_minor_version = present_->minor_version,
                         .chunked = present_->response_body.chunked(),
                         .keep_alive = keep_alive_,
                         .date = worker().date()},
                        present_->opening);
}

void Session::body(const BodyPart& part) {
  if (!present_->without_body && !count_body(part.bytes(), part.last)) return abort();
  if (!present_->without_body) record().response_bytes += part.bytes();
  Gather gather;
  gather.add(present_->opening);
  if (!present_->without_body) present_->response_body.add(part, gather);
  if (gather.bytes() > 0) stream_.send(gather);
  std::string().swap(present_->opening);
  if (!part.last) return after_sending();
  if (!present_->upgraded) return end_response();
  present_->output_ended = true;
  if (stream_.pending() == 0) stream_.shutdown_output();
}

std::size_t Session::file(int file, off_t offset, std::size_t bytes) {
  if (present_->without_body) return bytes;
  if (bytes <= kSmallFile && pending() == 0) return small_file(file, offset, bytes);
  if (!present_->opening.empty()) stream_.send_more_coming(std::exchange(present_->opening, {}));
  const std::size_t most = std::min(bytes, kMostPerEvent);
  std::size_t taken = 0;
  while (stream_.pending() == 0 && !stream_.broken() && taken < most) {
    const std::size_t sent = stream_.send_file(file, offset + static_cast<off_t>(taken), most - taken);
    if (sent == 0) break;
    taken += sent;
  }
  count_body(taken, false);
  record().response_bytes += taken;
  stream_.watch_output(taken < bytes);
  timer_.arm(worker().settings().timeouts.client);
  after_sending();
  return taken;
}

// Together with the head, at the price of one call more.
std::size_t Session::small_file(int file, off_t offset, std::size_t bytes) {
  const std::span<char> room = worker().loop().scratch();
  const ssize_t got = ::pread(file, room.data(), std::min(bytes, room.size()), offset);
  if (got <= 0) {
    abort();  // it is shorter than it was
    return 0;
  }
  const std::string_view piece(room.data(), static_cast<std::size_t>(got));
  body({.pieces = {&piece, 1}});
  return piece.size();
}

bool Session::count_body(std::size_t bytes, bool last) {
  if (!present_->left) return true;
  if (bytes > *present_->left) return false;
  *present_->left -= bytes;
  return !last || *present_->left == 0;
}

// A client that broke off or takes nothing is noticed by the timer.
void Session::after_sending() {
  if (stream_.broken()) {
    timer_.arm(Milliseconds(0));
  } else if (stream_.pending() > 0 && !timer_.armed()) {
    timer_.arm(worker().settings().timeouts.client);
  }
}

void Session::end_response() {
  finish_record();
  keep_alive_ = keep_alive_ && !worker().in_haste();
  drop_responder();
  if (stream_.broken()) return close();
  if (stream_.pending() > 0) {
    state_ = State::Flushing;
    stream_.watch_input(false);
    timer_.arm(worker().settings().timeouts.client);
    return;
  }
  return keep_alive_ ? next_request() : linger();
}

void Session::next_request() {
  state_ = State::Head;
  present_.reset();
  resume_input();
  timer_.arm(worker().settings().timeouts.keep_alive);
  if (!handling_ && !input_.empty()) take_requests(std::move(input_));
}

// Closing with unread bytes in the socket would reset the connection and destroy the response on its way.
void Session::linger() {
  state_ = State::Lingering;
  present_.reset();
  std::string().swap(input_);
  stream_.shutdown_output();
  resume_input();
  timer_.arm(worker().settings().timeouts.linger);
}

void Session::on_timer() {
  if (state_ == State::Head && !input_.empty()) return refuse(408);
  if (state_ == State::Responding) return lose_client();
  close();
}

void Session::finish() {
  if (quiet()) close();
}

void Session::close() {
  if (state_ == State::Closed) return;
  if (state_ == State::Held) leave_queue();
  if (quiet() && stream_.tls() != nullptr) stream_.shutdown_output();  // nothing is missing
  state_ = State::Closed;
  finish_record();
  stream_.close();
  timer_.cancel();
  drop_responder();
  worker().remove(*this);
}

}  // namespace penstock::router
