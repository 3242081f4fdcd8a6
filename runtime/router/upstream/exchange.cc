#include "runtime/router/upstream/exchange.h"

#include "runtime/router/client/session.h"
#include "runtime/router/http/message_writer.h"
#include "runtime/router/upstream/tunnel.h"

namespace penstock::router {
namespace {

const char* const kUnreachable = "The application does not answer. It may be starting; please try again in a moment.";
const char* const kBrokenAnswer = "The application broke off its answer or gave one that is not valid.";
const char* const kTooSlow = "The application takes too long to answer.";
const char* const kBadBody = "The body of this request is not valid.";
const char* const kSlowBody = "The body of this request takes too long to arrive.";

// With a TLS terminator in front, who the client is stands at the end of what it adds to.
std::string_view last_element(std::string_view list) {
  std::string_view last;
  while (!list.empty()) last = next_element(list);
  return last;
}

}  // namespace

Exchange::Exchange(Session& session, const RequestHead& request, Target target, ReleaseSlot slot)
    : session_(session),
      worker_(session.worker()),
      target_(std::move(target)),
      slot_(std::move(slot)),
      to_head_(request.is_head()),
      idempotent_(request.idempotent()),
      keep_alive_(request.keep_alive),
      websocket_(request.wants_websocket),
      json_(prefers_json(request.fields.find(FieldName::Accept))),
      minor_version_(request.minor_version),
      tries_left_(target_.route->upstream->addresses.size()),
      next_address_(worker_.turn()),
      request_body_(request.body, request.body.kind == Framing::Chunked),
      watchdog_(worker_.loop().timers(), [this] { on_timeout(); }) {
  Origin origin{.client_ip = session.client_ip(),
                .forwarded_for = session.client_ip(),
                .https = target_.https,
                .original_route = target_.route->original_url};
  const std::string_view forwarded = request.fields.find(FieldName::XForwardedFor);
  if (worker_.settings().https == HttpsMode::Proxied && !forwarded.empty()) {
    origin.client_ip = last_element(forwarded);
    origin.forwarded_for = forwarded;
  }
  write_upstream_request(request, origin, head_);
}

Exchange::~Exchange() {
  release_upstream(false);
}

void Exchange::start() {
  connect();
}

// Connecting

void Exchange::connect() {
  const auto& addresses = target_.route->upstream->addresses;
  while (tries_left_ > 0) {
    --tries_left_;
    if (connect_to(addresses[next_address_++ % addresses.size()])) return;
  }
  fail(502, kUnreachable);
}

bool Exchange::connect_to(const SocketAddress& address) {
  state_ = State::Connecting;
  if (!fresh_only_) upstream_ = worker_.upstreams().take(address, !idempotent_);
  const bool reused = upstream_ != nullptr;
  if (!reused) upstream_ = worker_.upstreams().connect(address);
  if (!upstream_) return false;
  upstream_->use(this);
  if (reused) {
    connected();
  } else {
    watchdog_.arm(worker_.settings().timeouts.connect);
  }
  return true;
}

void Exchange::connected() {
  state_ = State::Head;
  upstream_->stream().watch_output(false);
  if (!request_body_.done()) session_.resume_input();
  const std::string received = std::move(session_.input());
  session_.input().clear();
  pass_request_body(head_, received);
}

void Exchange::connection_failed() {
  release_upstream(false);
  connect();
}

// Request

void Exchange::pass_request_body(std::string_view prefix, std::string_view bytes) {
  body_passed_ |= !bytes.empty() && !request_body_.done();
  request_body_.pass(prefix, bytes, upstream_->stream());
  if (request_body_.malformed()) return fail(400, kBadBody);
  if (!bytes.empty()) session_.input().append(bytes);
  if (upstream_->stream().pending() > kMostPending) session_.stream().watch_input(false);
  wait_for_progress();
}

void Exchange::on_events(std::uint32_t events) {
  if (state_ == State::Done) return;
  if ((events & EPOLLOUT) != 0) {
    session_.stream().flush();
    if (session_.stream().pending() == 0 && upstream_) upstream_->stream().watch_input(true);
    wait_for_progress();
  }
  if (session_.stream().broken() || (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) return abandon();
  if ((events & EPOLLIN) != 0) take_client_input();
}

void Exchange::take_client_input() {
  if (request_body_.done() || state_ == State::Connecting) {
    if (!session_.still_there()) abandon();
    return;
  }
  const Stream::Received received = session_.stream().receive(worker_.loop().scratch());
  if (received.ended) return abandon();
  pass_request_body({}, received.bytes);
}

void Exchange::wait_for_progress() {
  const Timeouts& timeouts = worker_.settings().timeouts;
  if (state_ == State::Head) {
    watchdog_.arm(request_body_.done() ? timeouts.response_head : timeouts.request_body);
  } else if (state_ == State::Body) {
    watchdog_.arm(session_.stream().pending() > 0 ? timeouts.client : timeouts.stream);
  }
}

// Response

void Exchange::on_upstream_events(std::uint32_t events) {
  if (state_ == State::Done) return;
  if (state_ == State::Connecting) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) return connection_failed();
    return connected();
  }
  Stream& stream = upstream_->stream();
  if ((events & EPOLLOUT) != 0) {
    stream.flush();
    if (stream.pending() == 0 && !request_body_.done()) session_.resume_input();
    wait_for_progress();
  }
  if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) take_upstream_input();
}

void Exchange::take_upstream_input() {
  const Stream::Received received = upstream_->stream().receive(worker_.loop().scratch());
  if (received.ended) return upstream_ended();
  if (received.bytes.empty()) return;
  if (state_ == State::Body) return pass_response_body({}, received.bytes);
  if (partial_.empty()) return take_response(received.bytes);
  partial_.append(received.bytes);
  const std::string bytes = std::move(partial_);
  partial_.clear();
  take_response(bytes);
}

void Exchange::take_response(std::string_view bytes) {
  while (state_ == State::Head && take_response_head(bytes)) {
  }
}

// False: nothing more to do with `bytes`.
bool Exchange::take_response_head(std::string_view& bytes) {
  ResponseHead& response = worker_.response_scratch();
  switch (parse_response_head(bytes, to_head_, response)) {
    case ResponseParse::Incomplete:
      partial_ = std::string(bytes);
      return false;
    case ResponseParse::Malformed:
      fail(502, kBrokenAnswer);
      return false;
    case ResponseParse::Complete:
      break;
  }
  const ReleaseSlot answered = std::move(slot_);  // freed once the scratch response is no longer needed
  if (response.interim()) {
    take_interim(response);
    return !bytes.empty();
  }
  if (response.status == 101) {
    become_tunnel(response, bytes);
  } else {
    begin_response(response, bytes);
  }
  return false;
}

void Exchange::take_interim(const ResponseHead& response) {
  if (minor_version_ == 0) return;
  std::string head;
  write_client_response(response, {}, head);
  session_.stream().send(head);
}

void Exchange::begin_response(const ResponseHead& response, std::string_view& bytes) {
  state_ = State::Body;
  const bool until_close = response.body.kind == Framing::UntilClose;
  const bool chunked = minor_version_ >= 1 && (until_close || response.body.kind == Framing::Chunked);
  const bool delimited = chunked || !(until_close || response.body.kind == Framing::Chunked);
  keep_alive_ = keep_alive_ && delimited && request_body_.done() && !worker_.stopping();
  keep_upstream_ = response.keep_alive;
  response_body_ = Relay(response.body, chunked);
  head_.clear();
  write_client_response(response,
                        {.client_minor_version = minor_version_,
                         .restrict_robots = target_.route->restrict_robots,
                         .chunked = chunked,
                         .keep_alive = keep_alive_,
                         .date = worker_.date()},
                        head_);
  pass_response_body(head_, bytes);
}

void Exchange::pass_response_body(std::string_view prefix, std::string_view bytes) {
  Stream& client = session_.stream();
  response_body_.pass(prefix, bytes, client);
  if (response_body_.malformed()) return fail(502, kBrokenAnswer);
  if (client.broken()) return abandon();
  if (response_body_.done()) return finish(keep_upstream_ && bytes.empty());
  if (client.pending() > kMostPending) upstream_->stream().watch_input(false);
  wait_for_progress();
}

void Exchange::upstream_ended() {
  if (state_ == State::Body) {
    if (response_body_.end(session_.stream())) return finish(false);
    return fail(502, kBrokenAnswer);
  }
  const bool again = upstream_->reused() && idempotent_ && !body_passed_ && partial_.empty();
  if (!again) return fail(502, kBrokenAnswer);
  fresh_only_ = true;
  tries_left_ = target_.route->upstream->addresses.size();
  connection_failed();
}

// Ends

void Exchange::finish(bool upstream_reusable) {
  state_ = State::Done;
  watchdog_.cancel();
  release_upstream(upstream_reusable && request_body_.done() && upstream_->stream().pending() == 0);
  session_.responded(keep_alive_ && request_body_.done());
}

void Exchange::become_tunnel(const ResponseHead& response, std::string_view bytes) {
  if (!websocket_) return fail(502, kBrokenAnswer);
  state_ = State::Done;
  watchdog_.cancel();
  std::string opening;
  write_client_response(response, {}, opening);
  opening.append(bytes);
  session_.answer_with(std::make_unique<Tunnel>(session_, std::move(upstream_), std::move(opening)));
}

void Exchange::fail(int status, const char* explanation) {
  ++worker_.statistics().upstream_failures;
  if (status == 502 && state_ != State::Connecting) {
    if (HoldQueue* queue = worker_.holds().find(target_.environment->id)) queue->count_cut();
  }
  const bool begun = state_ == State::Body;
  state_ = State::Done;
  watchdog_.cancel();
  slot_.free();
  release_upstream(false);
  if (begun) return session_.close();
  session_.stream().send(
      render({.status = status, .explanation = explanation, .fields = {}},
             {.date = worker_.date(), .json = json_, .without_body = to_head_, .keep_alive = false}));
  session_.responded(false);
}

void Exchange::abandon() {
  state_ = State::Done;
  watchdog_.cancel();
  slot_.free();
  release_upstream(false);
  session_.close();
}

void Exchange::on_timeout() {
  if (state_ == State::Connecting) return connection_failed();
  if (state_ == State::Head && request_body_.done()) return fail(504, kTooSlow);
  if (state_ == State::Head) return fail(408, kSlowBody);
  abandon();
}

void Exchange::release_upstream(bool reusable) {
  if (!upstream_) return;
  if (reusable) {
    worker_.upstreams().give_back(std::move(upstream_));
  } else {
    worker_.upstreams().discard(std::move(upstream_));
  }
}

}  // namespace penstock::router
