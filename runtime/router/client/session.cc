#include "runtime/router/client/session.h"

#include "runtime/router/http/message_writer.h"
#include "runtime/router/tls/tls_channel.h"

#include <algorithm>
#include <utility>

namespace penstock::router {
namespace {

// Beside its head, what a held request costs: this object, its timer, its place in the queue.
constexpr std::size_t kHeldOverhead = 1024;
constexpr std::size_t kUsualHead = 512;
// Of a file per event, so that one client's download does not keep the others waiting.
constexpr std::size_t kMostPerEvent = std::size_t{1} << 20;

}  // namespace

Session::Session(Worker& worker, Fd fd, std::string client_ip, std::unique_ptr<TlsChannel> tls)
    : Downstream(worker, address_),
      address_{.ip = std::move(client_ip), .tls = tls.get()},
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

void Session::on_input() {
  const Stream::Received received = stream_.receive(worker().loop().scratch());
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
  handling_ = true;
  state_ = State::Responding;
  timer_.cancel();
  take_request(head, std::move(slot));
  handling_ = false;
}

void Session::on_request(const RequestHead& request) {
  state_ = State::Responding;
  keep_alive_ = request.keep_alive;
  to_head_ = request.is_head();
  minor_version_ = request.minor_version;
  begun_ = upgraded_ = client_ended_ = output_ended_ = body_wanted_ = false;
  request_body_ = BodyReader(request.body);
}

void Session::refuse(int status) {
  state_ = State::Responding;
  keep_alive_ = false;
  to_head_ = false;
  minor_version_ = 1;
  send_reply({.status = status, .explanation = "This is not a request that HTTP/1.1 allows.", .fields = {}}, false);
}

std::size_t Session::on_held() {
  input_.shrink_to_fit();
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
  const std::uint32_t fatal = upgraded_ && !client_ended_ ? EPOLLERR : EPOLLERR | EPOLLHUP | EPOLLRDHUP;
  if (stream_.broken() || (events & fatal) != 0) return lose_client();
  if ((events & (EPOLLIN | EPOLLHUP)) != 0) take_body_input();
}

void Session::on_drained() {
  timer_.cancel();
  if (output_ended_) stream_.shutdown_output();
  if (responder() != nullptr) responder()->on_writable();
}

void Session::take_body_input() {
  if (request_body_.done() || !body_wanted_ || !stream_.watching_input()) {
    if (!still_there()) lose_client();
    return;
  }
  const Stream::Received received = stream_.receive(worker().loop().scratch());
  if (received.ended) return on_client_end();
  if (!received.bytes.empty()) pass_body(received.bytes);
}

void Session::read_body(bool wanted) {
  body_wanted_ = wanted;
  if (request_body_.done() || client_ended_) return;
  if (!wanted) return stream_.watch_input(false);
  resume_input();
  if (!input_.empty()) pass_body(std::exchange(input_, {}));
}

void Session::pass_body(std::string_view bytes) {
  Responder* const reader = responder();
  do {
    Pieces pieces;
    request_body_.read(bytes, pieces);
    if (request_body_.malformed()) return refuse_body();
    const bool last = request_body_.done();
    if (last) input_.append(std::exchange(bytes, {}));
    if (pieces.all().empty() && !last) return;
    reader->on_request_body({.pieces = pieces.all(), .last = last, .trailers = request_body_.trailers()});
  } while (!bytes.empty() && responder() == reader);
}

void Session::refuse_body() {
  responder()->on_client_gone();
  if (begun_) return close();
  drop_responder();
  refuse(400);
}

// The end of input is a proper one only for an upgraded connection.
void Session::on_client_end() {
  if (!upgraded_) return lose_client();
  client_ended_ = true;
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
  if (minor_version_ == 0) return;
  std::string text;
  write_client_response(head, {}, text);
  stream_.send(text);
  after_sending();
}

void Session::begin(ResponseHead& head) {
  begun_ = true;
  upgraded_ = head.status == 101;
  if (upgraded_) request_body_ = BodyReader({.kind = Framing::UntilClose});
  without_body_ = to_head_ || (head.bodiless() && !upgraded_);
  const bool delimited = without_body_ || head.length.has_value() || minor_version_ >= 1;
  response_body_ = BodyWriter(!without_body_ && !upgraded_ && !head.length && minor_version_ >= 1);
  left_ = without_body_ ? std::nullopt : head.length;
  keep_alive_ = keep_alive_ && delimited && request_body_.done() && !worker().stopping();
  opening_.reserve(kUsualHead);
  write_client_response(head,
                        {.client_minor_version = minor_version_,
                         .chunked = response_body_.chunked(),
                         .keep_alive = keep_alive_,
                         .date = worker().date()},
                        opening_);
}

void Session::body(const BodyPart& part) {
  if (!without_body_ && !count_body(part.bytes(), part.last)) return abort();
  Gather gather;
  gather.add(opening_);
  if (!without_body_) response_body_.add(part, gather);
  if (gather.bytes() > 0) stream_.send(gather);
  std::string().swap(opening_);
  if (!part.last) return after_sending();
  if (!upgraded_) return end_response();
  output_ended_ = true;
  if (stream_.pending() == 0) stream_.shutdown_output();
}

std::size_t Session::file(int file, off_t offset, std::size_t bytes) {
  if (without_body_) return bytes;
  if (!opening_.empty()) stream_.send_more_coming(std::exchange(opening_, {}));
  const std::size_t most = std::min(bytes, kMostPerEvent);
  std::size_t taken = 0;
  while (stream_.pending() == 0 && !stream_.broken() && taken < most) {
    const std::size_t sent = stream_.send_file(file, offset + static_cast<off_t>(taken), most - taken);
    if (sent == 0) break;
    taken += sent;
  }
  count_body(taken, false);
  stream_.watch_output(taken < bytes);
  timer_.arm(worker().settings().timeouts.client);
  after_sending();
  return taken;
}

bool Session::count_body(std::size_t bytes, bool last) {
  if (!left_) return true;
  if (bytes > *left_) return false;
  *left_ -= bytes;
  return !last || *left_ == 0;
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
  keep_alive_ = keep_alive_ && !worker().stopping();
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
  resume_input();
  timer_.arm(worker().settings().timeouts.keep_alive);
  if (!handling_ && !input_.empty()) take_requests(std::move(input_));
}

// Closing with unread bytes in the socket would reset the connection and destroy the response on its way.
void Session::linger() {
  state_ = State::Lingering;
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

void Session::close() {
  if (state_ == State::Closed) return;
  if (state_ == State::Held) leave_queue();
  state_ = State::Closed;
  stream_.close();
  timer_.cancel();
  drop_responder();
  worker().remove(place_);
}

}  // namespace penstock::router
