#include "runtime/router/upstream/exchange.h"

#include "runtime/router/client/downstream.h"
#include "runtime/router/tls/tls_channel.h"
#include "runtime/router/upstream/tunnel.h"
#include "runtime/router/worker.h"

namespace penstock::router {
namespace {

const char* const kUnreachable = "The application does not answer. It may be starting; please try again in a moment.";
const char* const kNoTarget = "The site that answers here cannot be found, or may not be asked.";
const char* const kBrokenAnswer = "The application broke off its answer or gave one that is not valid.";
const char* const kTooSlow = "The application takes too long to answer.";
const char* const kLostBody = "The body of this request was lost.";
const char* const kStopping = "The application stopped before it answered. Please try again.";
const char* const kSlowBody = "The body of this request takes too long to arrive.";

// Of a site elsewhere: to find and to reach it.
constexpr Milliseconds kFarAway{10'000};
constexpr std::size_t kUsualHead = 1024;
constexpr int kMostInterims = 32;

// Of all fields of that name: a proxy may add to the last or put one behind it.
std::string whole_list(const FieldList& fields, FieldName name) {
  std::string list;
  for (const Field& field : fields.all()) {
    if (field.known != name) continue;
    if (!list.empty()) list += ", ";
    list += field.value;
  }
  return list;
}

}  // namespace

Exchange::Exchange(Downstream& client, const RequestHead& request, Target target, std::unique_ptr<UpstreamCodec> codec,
                   ReleaseSlot slot, std::unique_ptr<StoredBody> body)
    : Responder(client),
      worker_(client.worker()),
      target_(std::move(target)),
      slot_(std::move(slot)),
      body_(std::move(body)),
      idempotent_(request.idempotent()),
      websocket_(request.wants_websocket),
      json_(prefers_json(request.fields.find(FieldName::Accept))),
      has_body_(!request.body.empty()),
      began_(worker_.loop().now()),
      codec_(std::move(codec)),
      watchdog_(worker_.loop().timers(), [this] { on_timeout(); }) {
  Origin origin{.client_ip = client.client_ip(request),
                .forwarded_for = client.peer().caller.ip,
                .https = target_.https,
                .original_route = target_.route->original_url,
                .host = target_.forwarded_host};
  std::string forwarded;
  if (worker_.settings().https == HttpsMode::Proxied) {
    forwarded = whole_list(request.fields, FieldName::XForwardedFor);
  }
  if (!forwarded.empty()) origin.forwarded_for = forwarded;
  std::string verification;
  std::string certificate;
  if (target_.tells_client_certificate && client.peer().tls != nullptr) {
    origin.client_verification = verification = client.peer().tls->client_verification();
    origin.client_certificate = certificate = client.peer().tls->client_certificate();
  }
  if (target_.route->sticky) sticky_ip_ = origin.client_ip;
  head_.reserve(kUsualHead);
  codec_->encode_head(request, origin, head_);
}

Exchange::~Exchange() {
  if (state_ == State::Resolving) worker_.names().forget(*this);
  release_upstream(false);
}

void Exchange::start() {
  if (!target_.route->proxy) return connect();
  const ProxyTarget& target = *target_.route->proxy;
  state_ = State::Resolving;
  watchdog_.arm(kFarAway);
  worker_.names().resolve(target.url.host(), target.port(), *this);
}

// Connecting

void Exchange::on_resolved(std::shared_ptr<const Resolver::Addresses> addresses) {
  for (const SocketAddress& address : *addresses) {
    const bool permitted = target_.environment->proxy_access.judge(address.ip()) == Access::Verdict::Admit;
    if (permitted) resolved_.push_back(address);
  }
  state_ = State::Connecting;
  if (resolved_.empty()) return fail(502, kNoTarget);
  connect();
}

const std::vector<SocketAddress>& Exchange::addresses() const {
  return target_.route->proxy ? resolved_ : target_.route->upstream->addresses;
}

UpstreamEndpoint Exchange::endpoint(const SocketAddress& address) const {
  const auto& proxy = target_.route->proxy;
  const bool tls = proxy && proxy->url.https;
  return {address, tls ? std::string_view(proxy->url.authority).substr(0, proxy->url.authority.find(':')) : ""};
}

std::optional<std::size_t> Exchange::next_instance() {
  if (addresses().size() == 1) return tried_ == 0 ? std::optional<std::size_t>(0) : std::nullopt;
  return worker_.balancer().choose(
      addresses(), {.tried = tried_, .turn = worker_.turn(), .client_ip = sticky_ip_},
      [&](const SocketAddress& each) { return worker_.upstreams().in_use(endpoint(each)); });
}

void Exchange::connect() {
  while (const auto index = next_instance()) {
    tried_ |= Tried{1} << *index;
    address_ = &addresses()[*index];
    if (connect_to(*address_)) return;
    worker_.balancer().unreachable(*address_);
  }
  fail(502, kUnreachable);
}

bool Exchange::connect_to(const SocketAddress& address) {
  state_ = State::Connecting;
  if (!fresh_only_) upstream_ = worker_.upstreams().take(endpoint(address), !idempotent_);
  const bool reused = upstream_ != nullptr;
  if (!reused) upstream_ = worker_.upstreams().connect(endpoint(address));
  if (!upstream_) return false;
  upstream_->use(this);
  if (reused) {
    connected();
  } else {
    watchdog_.arm(target_.route->proxy ? kFarAway : worker_.settings().timeouts.connect);
  }
  return true;
}

void Exchange::connected() {
  state_ = State::Head;
  head_sent_ = false;
  upstream_->stream().watch_output(false);
  if (!has_body_) return pass_request({.last = true});
  read_request(true);
  if (state_ == State::Head && !head_sent_) pass_request({});
}

void Exchange::connection_failed() {
  worker_.balancer().unreachable(*address_);
  release_upstream(false);
  connect();
}

// Request

void Exchange::read_request(bool wanted) {
  if (!body_) return client().read_body(wanted);
  while (wanted && !request_done_ && upstream_ && upstream_->stream().pending() <= kMostPending) {
    const std::string_view piece = body_->read(worker_.loop().scratch().first(kMostPending));
    if (piece.empty() && !body_->read_to_end()) return fail(500, kLostBody);
    pass_request({.pieces = {&piece, 1}, .last = body_->read_to_end()});
  }
}

void Exchange::pass_request(const BodyPart& part) {
  Gather gather;
  if (!head_sent_) gather.add(head_);
  codec_->encode_body(part, gather);
  head_sent_ = true;
  request_done_ = part.last;
  body_passed_ |= has_body_ && (part.last || !part.pieces.empty());
  Stream& stream = upstream_->stream();
  if (gather.bytes() > 0) stream.send(gather);
  if (stream.pending() > kMostPending && !request_done_) read_request(false);
  wait_for_progress();
}

void Exchange::on_request_body(const BodyPart& part) {
  pass_request(part);
}

void Exchange::wait_for_progress() {
  const Timeouts& timeouts = worker_.settings().timeouts;
  if (state_ == State::Head) {
    watchdog_.arm(request_done_ ? timeouts.response_head : timeouts.request_body);
  } else if (state_ == State::Body) {
    watchdog_.arm(timeouts.stream);
  }
}

// Response

void Exchange::on_upstream_events(std::uint32_t events) {
  if (state_ == State::Done) return;
  if (state_ == State::Connecting) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) return connection_failed();
    return connected();
  }
  if ((events & EPOLLOUT) != 0) {
    upstream_->stream().flush();
    wait_for_progress();
    if (upstream_->stream().pending() == 0 && !request_done_) read_request(true);
  }
  if (state_ != State::Done && (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) take_upstream_input();
}

void Exchange::take_upstream_input() {
  const Stream::Received received = upstream_->stream().receive(worker_.loop().scratch());
  if (received.ended) return upstream_ended();
  if (received.bytes.empty()) return;
  received_ = true;
  if (state_ == State::Body) return pass_response_body(received.bytes);
  take_response(received.bytes);
}

void Exchange::take_response(std::string_view bytes) {
  ReleaseSlot answered;  // freed once the scratch response is no longer needed
  ResponseHead& response = worker_.response_scratch();
  do {
    switch (codec_->decode_head(bytes, response)) {
      case UpstreamCodec::HeadResult::Incomplete:
        return;
      case UpstreamCodec::HeadResult::Malformed:
        return fail(502, kBrokenAnswer);
      case UpstreamCodec::HeadResult::Complete:
        break;
    }
    worker_.balancer().answered(*address_);
    if (slot_) answered = std::move(slot_);
    if (response.status == 101) return become_tunnel(response, bytes);
    if (!response.interim()) {
      begin_response(response);
      return pass_response_body(bytes);
    }
    if (++interims_ > kMostInterims) return fail(502, kBrokenAnswer);
    out().interim(response);
  } while (!bytes.empty());
}

void Exchange::begin_response(ResponseHead& response) {
  state_ = State::Body;
  std::string().swap(head_);
  event_stream_ = response.fields.find(FieldName::ContentType).starts_with("text/event-stream");
  if (target_.route->restrict_robots) {
    response.fields.remove(FieldName::XRobotsTag);
    response.fields.add("X-Robots-Tag", "noindex, nofollow");
  }
  if (!target_.cache_status.empty()) {
    response.fields.remove(FieldName::XPlatformCache);
    response.fields.add("X-Platform-Cache", target_.cache_status);
  }
  out().begin(response);
}

void Exchange::pass_response_body(std::string_view bytes) {
  do {
    Pieces pieces;
    switch (codec_->decode_body(bytes, pieces)) {
      case UpstreamCodec::BodyResult::Malformed:
        return fail(502, kBrokenAnswer);
      case UpstreamCodec::BodyResult::Done:
        return finish({.pieces = pieces.all(), .last = true, .trailers = codec_->trailers()}, codec_->reusable());
      case UpstreamCodec::BodyResult::More:
        out().body({.pieces = pieces.all()});
    }
  } while (!bytes.empty());
  if (out().pending() > kMostPending) upstream_->stream().watch_input(false);
  wait_for_progress();
}

void Exchange::on_writable() {
  if (upstream_) upstream_->stream().watch_input(true);
}

void Exchange::upstream_ended() {
  if (state_ == State::Body) {
    if (codec_->may_end_here()) return finish({.last = true}, false);
    return fail(502, kBrokenAnswer);
  }
  const bool was_idle = upstream_->reused();  // may have been closed before the request came
  if (!was_idle) worker_.balancer().broke_off(*address_);
  const bool untried = was_idle || next_instance().has_value();
  if (!repeatable() || !untried) return fail(502, kBrokenAnswer);
  if (was_idle) tried_ = 0;
  fresh_only_ |= was_idle;
  release_upstream(false);
  connect();
}

// Ends

void Exchange::finish(const BodyPart& last, bool upstream_reusable) {
  release_upstream(upstream_reusable && request_done_ && upstream_->stream().pending() == 0);
  end();
  out().body(last);
}

void Exchange::become_tunnel(ResponseHead& response, std::string_view bytes) {
  if (!websocket_) return fail(502, kBrokenAnswer);
  client().begin(response);
  auto tunnel = std::make_unique<Tunnel>(client(), std::move(upstream_), std::string(bytes));
  end();
  client().answer_with(std::move(tunnel));
}

void Exchange::fail(int status, const char* explanation) {
  if (status >= 500) {
    ++worker_.statistics().upstream_failures;
    ++worker_.counters(target_.environment->id).upstream_failures;
  }
  if (status == 502 && (state_ == State::Head || state_ == State::Body)) {
    if (HoldQueue* queue = worker_.holds().find(target_.environment->id)) queue->count_cut();
  }
  const bool begun = state_ == State::Body;
  end();
  if (begun) return out().abort();
  Reply reply{.status = status, .explanation = explanation, .fields = {}};
  const std::string& security = target_.route->transport_security;
  if (target_.https && !security.empty()) reply.fields = "Strict-Transport-Security: " + security + "\r\n";
  client().send_reply(reply, json_);
}

// An event stream may end anywhere: the client comes back by itself and says what it got last.
bool Exchange::break_off() {
  if (!event_stream_) {
    fail(503, kStopping);
    return false;
  }
  end();
  out().body({.last = true});
  return true;
}

void Exchange::on_client_gone() {
  end();
}

void Exchange::end() {
  if (state_ == State::Resolving) worker_.names().forget(*this);
  state_ = State::Done;
  client().record().upstream += worker_.loop().now() - began_;
  watchdog_.cancel();
  slot_.free();
  release_upstream(false);
}

void Exchange::on_timeout() {
  if (state_ == State::Resolving) return fail(502, kNoTarget);
  if (state_ == State::Connecting) return connection_failed();
  if (state_ == State::Head && !request_done_) return fail(408, kSlowBody);
  fail(504, kTooSlow);
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
