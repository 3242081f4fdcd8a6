#include "runtime/router/client/session.h"

#include "runtime/router/dispatcher.h"

#include <sys/socket.h>

#include <cerrno>

namespace penstock::router {
namespace {

// Beside its head, what a held request costs: this object, its timer, its place in the queue.
constexpr std::size_t kHeldOverhead = 1024;

}  // namespace

Session::Session(Worker& worker, Fd fd, std::string client_ip)
    : worker_(worker),
      client_ip_(std::move(client_ip)),
      timer_(worker.loop().timers(), [this] { on_timer(); }),
      stream_(worker.loop(), std::move(fd), *this) {
  timer_.arm(worker_.settings().timeouts.request_head);
}

Session::~Session() = default;

void Session::on_events(std::uint32_t events) {
  switch (state_) {
    case State::Head:
    case State::Lingering:
      return on_input();
    case State::Held:
      if (!still_there()) close();
      return;
    case State::Responding:
      return responder_->on_events(events);
    case State::Flushing:
      stream_.flush();
      if (stream_.broken() || (events & (EPOLLERR | EPOLLHUP)) != 0) return close();
      if (stream_.pending() == 0) responded(keep_alive_);
      return;
    case State::Closed:
      return;
  }
}

void Session::on_input() {
  const Stream::Received received = stream_.receive(worker_.loop().scratch());
  if (received.ended) return close();
  if (state_ == State::Lingering || received.bytes.empty()) return;
  if (quiet()) timer_.arm(worker_.settings().timeouts.request_head);
  if (!input_.empty()) {
    input_.append(received.bytes);
    return take_requests(std::move(input_));
  }
  // The usual case: one whole request, handled where it was received.
  const HeadExtent extent = find_request_head(received.bytes, 0);
  if (extent.refusal != 0 || extent.length != received.bytes.size()) {
    return take_requests(std::string(received.bytes));
  }
  handling_ = true;
  take_request(received.bytes, {});
  handling_ = false;
  if (state_ == State::Head && !input_.empty()) take_requests(std::move(input_));
}

void Session::take_requests(std::string bytes) {
  handling_ = true;
  while (state_ == State::Head) {
    const HeadExtent extent = find_request_head(bytes, searched_);
    searched_ = 0;
    if (extent.refusal != 0) {
      refuse(extent.refusal);
      break;
    }
    if (extent.length == 0) {
      searched_ = bytes.size();
      input_ = std::move(bytes);
      break;
    }
    input_ = bytes.substr(extent.length);
    bytes.resize(extent.length);
    take_request(bytes, {});
    if (state_ == State::Head) bytes = std::move(input_);
    if (bytes.empty()) break;
  }
  handling_ = false;
}

void Session::take_request(std::string_view head, ReleaseSlot slot) {
  ++worker_.statistics().requests;
  state_ = State::Responding;
  timer_.cancel();
  RequestHead& request = worker_.request_scratch();
  if (const int status = parse_request_head(head, request)) return refuse(status);
  keep_alive_ = request.keep_alive && !worker_.stopping();
  dispatch(*this, request, head, std::move(slot));
}

void Session::refuse(int status) {
  stream_.send(render({.status = status, .explanation = "This is not a request that HTTP/1.1 allows.", .fields = {}},
                      {.date = worker_.date(), .keep_alive = false}));
  responded(false);
}

void Session::reply(const RequestHead& request, const Reply& reply) {
  const bool keep_alive = keep_alive_ && request.body.empty();
  stream_.send(render(reply, {.date = worker_.date(),
                              .json = prefers_json(request.fields.find(FieldName::Accept)),
                              .without_body = request.is_head(),
                              .keep_alive = keep_alive}));
  responded(keep_alive);
}

void Session::answer_with(std::unique_ptr<Responder> responder) {
  if (responder_) worker_.loop().retire(std::move(responder_));
  responder_ = std::move(responder);
  state_ = State::Responding;
  responder_->start();
}

void Session::hold(HoldQueue& queue, std::string_view head) {
  held_ = std::string(head);
  input_.shrink_to_fit();
  state_ = State::Held;
  timer_.cancel();
  queue_ = &queue;
  ticket_ = queue.join(*this, held_.size() + input_.size() + kHeldOverhead);
}

void Session::proceed(ReleaseSlot slot) {
  queue_ = nullptr;
  resume_input();
  const std::string head = std::move(held_);
  handling_ = true;
  take_request(head, std::move(slot));
  handling_ = false;
  if (state_ == State::Head && !input_.empty()) take_requests(std::move(input_));
}

void Session::give_up() {
  queue_ = nullptr;
  const std::string head = std::move(held_);
  RequestHead& request = worker_.request_scratch();
  parse_request_head(head, request);
  state_ = State::Responding;
  reply(request,
        {.status = 504,
         .explanation = "A new version is being deployed, which takes longer than it should. Please try again.",
         .fields = {}});
}

bool Session::still_there() {
  char byte = 0;
  const ssize_t peeked = ::recv(stream_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) return false;
  // More bytes wait in the socket, which therefore would be reported again and again. From now on only the hang-up is.
  if (peeked > 0) {
    if (!stream_.watching_input()) return false;
    stream_.watch_input(false);
    stream_.watch_hangup(true);
  }
  return true;
}

void Session::progress() {
  timer_.arm(worker_.settings().timeouts.client);
}

void Session::resume_input() {
  stream_.watch_hangup(false);
  stream_.watch_input(true);
}

void Session::responded(bool keep_alive) {
  keep_alive_ = keep_alive && !worker_.stopping();
  if (responder_) worker_.loop().retire(std::move(responder_));
  if (stream_.broken()) return close();
  if (stream_.pending() > 0) {
    state_ = State::Flushing;
    stream_.watch_input(false);
    progress();
    return;
  }
  return keep_alive_ ? next_request() : linger();
}

void Session::next_request() {
  state_ = State::Head;
  resume_input();
  timer_.arm(worker_.settings().timeouts.keep_alive);
  if (!handling_ && !input_.empty()) take_requests(std::move(input_));
}

// Closing with unread bytes in the socket would reset the connection and destroy the response on its way.
void Session::linger() {
  state_ = State::Lingering;
  std::string().swap(input_);
  stream_.shutdown_output();
  resume_input();
  timer_.arm(worker_.settings().timeouts.linger);
}

void Session::on_timer() {
  if (state_ == State::Head && !input_.empty()) return refuse(408);
  close();
}

void Session::close() {
  if (state_ == State::Closed) return;
  if (state_ == State::Held) queue_->leave(ticket_);
  state_ = State::Closed;
  stream_.close();
  timer_.cancel();
  if (responder_) worker_.loop().retire(std::move(responder_));
  worker_.remove(place_);
}

}  // namespace penstock::router
