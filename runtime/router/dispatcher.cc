#include "runtime/router/dispatcher.h"

#include "runtime/router/cache/cache_gate.h"
#include "runtime/router/client/body_collector.h"
#include "runtime/router/client/downstream.h"
#include "runtime/router/client/transport_security.h"
#include "runtime/router/files/file_answer.h"
#include "runtime/router/files/static_files.h"
#include "runtime/router/http/path.h"
#include "runtime/router/table/redirect.h"
#include "runtime/router/tls/tls_channel.h"
#include "runtime/router/upstream/exchange.h"
#include "runtime/router/upstream/fastcgi_codec.h"
#include "runtime/router/upstream/http1_codec.h"
#include "runtime/router/worker.h"

#include <algorithm>
#include <list>
#include <string>

namespace penstock::router {
namespace {

const char* const kUnknownHost =
    "There is no site here. Check the address; if it is new, its first deployment may not be over.";
const char* const kNotRunning = "This site is not running at the moment.";
const char* const kDeploying = "A new version is being deployed. Please try again in a moment.";
const char* const kNoFile = "There is no page at this address.";
const char* const kForbidden = "This page may not be shown.";
const char* const kMisdirected = "This site wants a connection of its own, with other rules about TLS.";
const char* const kTooLarge = "The body of this request is larger than this site takes.";
const char* const kNotForYou = "This site may not be seen from where you are.";
const char* const kPassword = "This site asks for a user name and a password.";
const char* const kTooManyPasswords = "Too many wrong passwords are being tried here. Please try again in a moment.";
const char* const kHeldTooLong =
    "A new version is being deployed, which takes longer than it should. Please try again.";
const char* const kLoop = "This page leads to itself, by way of others.";
const char* const kBadPath = "The address of this page is not valid.";

// Proxies of one environment that lead to each other, and passes of one request through us.
constexpr std::size_t kMostProxies = 4;
constexpr std::ptrdiff_t kMostPasses = 4;
constexpr std::string_view kOurName = "penstock";
constexpr std::string_view kVia = "1.1 penstock";

// One request on its way through the rules.
class Dispatch {
 public:
  Dispatch(Downstream& client, RequestHead& request, std::string_view head, bool again)
      : client_(client), request_(request), head_(head), again_(again), worker_(client.worker()) {}

  void run(ReleaseSlot slot) {
    if (!finds_route()) return;
    if (misdirected()) return refuse(421, kMisdirected);
    if (!admitted() || redirects()) return;
    if (match_.route->proxy) return follow_proxy(std::move(slot));
    if (waits(slot)) return;
    serve(std::move(slot));
  }

  void give_up() {
    if (finds_route()) refuse(504, kHeldTooLong);
  }

 private:
  // False: answered.
  bool finds_route() {
    const auto path = normalize_path(request_.path == "*" ? "/" : request_.path, worker_.text_scratch());
    if (!path) {
      refuse(400, kBadPath);
      return false;
    }
    path_ = *path;
    match_ = worker_.table().find(https(), request_.host(), path_);
    if (match_.route == nullptr) {
      refuse(404, kUnknownHost);
      return false;
    }
    client_.belongs_to(*match_.environment, request_);
    return true;
  }

  void reply(Reply reply) {
    if (asks_to_stay()) reply.fields += "Strict-Transport-Security: " + match_.route->transport_security + "\r\n";
    client_.send_reply(reply, prefers_json(request_.fields.find(FieldName::Accept)));
  }

  void answer_with(std::unique_ptr<Responder> responder) {
    if (asks_to_stay()) responder->filter_through<TransportSecurity>(match_.route->transport_security);
    client_.answer_with(std::move(responder));
  }

  void refuse(int status, const char* why, std::string fields = {}) {
    reply({.status = status, .explanation = why, .fields = std::move(fields)});
  }

  bool https() const {
    if (worker_.settings().https == HttpsMode::On) return client_.peer().tls != nullptr;
    return worker_.settings().https == HttpsMode::Proxied &&
           equal_ignoring_case(request_.fields.find(FieldName::XForwardedProto), "https");
  }

  // Whether browsers are told to use nothing but TLS.
  bool asks_to_stay() const { return match_.route != nullptr && !match_.route->transport_security.empty() && https(); }

  // The connection was made for another host, whose rules about TLS are less strict than this one's.
  bool misdirected() const {
    const TlsChannel* tls = client_.peer().tls;
    return tls != nullptr && !tls->satisfies(*match_.tls);
  }

  // Who is led elsewhere is asked there: a password is not to be sent in clear on the way to https.
  bool admitted() {
    const Access& access = (*match_.environment)->access;
    if (access.open() || match_.only_https || match_.route->redirect_to) return true;
    switch (access.judge(client_.client_ip(request_))) {
      case Access::Verdict::Admit:
        return true;
      case Access::Verdict::Refuse:
        refuse(403, kNotForYou);
        return false;
      case Access::Verdict::AskForPassword:
        return knows_password(access);
    }
    return false;
  }

  bool knows_password(const Access& access) {
    switch (worker_.passwords().check(access, request_.fields.find(FieldName::Authorization))) {
      case PasswordCheck::Result::Right:
        return true;
      case PasswordCheck::Result::Wrong:
        refuse(401, kPassword, "WWW-Authenticate: Basic realm=\"Restricted\", charset=\"UTF-8\"\r\n");
        return false;
      case PasswordCheck::Result::TooMany:
        refuse(429, kTooManyPasswords, "Retry-After: 1\r\n");
        return false;
    }
    return false;
  }

  bool redirects() {
    const auto redirect = find_redirect(match_, request_, worker_.table(), worker_.settings().https);
    if (redirect) reply(*redirect);
    return redirect.has_value();
  }

  // A proxy to a route of the same environment is that route; another is asked over the network.
  void follow_proxy(ReleaseSlot slot) {
    const ProxyTarget& target = *match_.route->proxy;
    const std::string client_host(request_.authority);
    proxied_paths_.push_back(target.path_of(match_.route->url.path, request_.path, path_));
    if (proxied_paths_.size() > kMostProxies) return refuse(508, kLoop);
    request_.authority = target.url.authority;
    request_.path = proxied_paths_.back();
    const auto names = normalize_path(request_.path, worker_.text_scratch());
    if (!names) return refuse(400, kBadPath);
    path_ = *names;
    const auto inner = worker_.table().find(target.url.https, target.url.host(), path_);
    if (inner.route == nullptr || (*inner.environment)->id != (*match_.environment)->id) {
      return ask_elsewhere(std::move(slot), client_host);
    }
    match_ = inner;
    if (redirects()) return;
    if (match_.route->proxy) return follow_proxy(std::move(slot));
    if (!waits(slot)) serve(std::move(slot));
  }

  // Who is asked elsewhere learns nothing of the passwords that are asked for here.
  void ask_elsewhere(ReleaseSlot slot, std::string_view client_host) {
    const auto passed_before = [](const Field& field) {
      return field.known == FieldName::Via && field.value.find(kOurName) != std::string_view::npos;
    };
    const auto fields = request_.fields.all();
    if (std::count_if(fields.begin(), fields.end(), passed_before) >= kMostPasses) return refuse(508, kLoop);
    request_.fields.add("Via", kVia);
    if (!(*match_.environment)->access.open()) request_.fields.remove(FieldName::Authorization);
    answer_with(std::make_unique<Exchange>(client_, request_,
                                           Exchange::Target{.environment = *match_.environment,
                                                            .route = match_.route,
                                                            .https = https(),
                                                            .tells_client_certificate = false,
                                                            .forwarded_host = client_host},
                                           std::make_unique<Http1Codec>(), std::move(slot), client_.take_kept_body()));
  }

  bool waits(const ReleaseSlot& slot) {
    if (slot) return false;
    HoldQueue* queue = worker_.holds().find((*match_.environment)->id);
    if (queue == nullptr) return false;
    if (answers_while_held()) return true;
    switch (queue->judge(request_.idempotent(), head_.size())) {
      case HoldQueue::Verdict::Pass:
        return false;
      case HoldQueue::Verdict::Wait:
        client_.hold(*queue, head_);
        return true;
      case HoldQueue::Verdict::RefuseMethod:
      case HoldQueue::Verdict::RefuseFull:
        refuse(503, kDeploying, "Retry-After: 5\r\n");
        return true;
    }
    return false;
  }

  bool answers_while_held() {
    const HoldSettings& hold = (*match_.environment)->hold;
    return hold.active && hold.serve_cached && CacheGate(client_, request_, match_, https()).answers();
  }

  void serve(ReleaseSlot slot) {
    const Upstream& upstream = *match_.route->upstream;
    if (upstream.locations.empty() && upstream.protocol == UpstreamProtocol::Http) return pass_on(std::move(slot), {});
    StaticFiles::Answer answer = StaticFiles(upstream, worker_.files()).find(request_, path_);
    switch (answer.kind) {
      case StaticFiles::Kind::File:
        return answer_with_file(client_, request_, answer,
                                {.restrict_robots = match_.route->restrict_robots,
                                 .transport_security = asks_to_stay() ? match_.route->transport_security : ""});
      case StaticFiles::Kind::Directory:
        return reply(redirect_to_directory(request_));
      case StaticFiles::Kind::PassOn:
        return pass_on(std::move(slot), std::move(answer.script));
      case StaticFiles::Kind::NotFound:
        return refuse(404, kNoFile);
      case StaticFiles::Kind::Forbidden:
        return refuse(403, kForbidden);
      case StaticFiles::Kind::WrongMethod:
        return refuse(405, kForbidden, "Allow: GET, HEAD\r\n");
    }
  }

  void count(std::uint64_t RequestCounters::*what) { ++(worker_.counters((*match_.environment)->id).*what); }

  // FastCGI wants to know how long a body is: it is collected whatever the location says.
  bool buffers(const RequestBuffering& buffering) const {
    const bool fastcgi = match_.route->upstream->protocol == UpstreamProtocol::FastCgi;
    return buffering.enabled || (fastcgi && request_.body.kind == Framing::Chunked);
  }

  // Whether the request is answered later, or not at all, because of how large its body is or may be.
  bool collects_body(ReleaseSlot& slot) {
    const Location* location = location_of(*match_.route->upstream, path_);
    if (request_.body.empty()) return false;
    const RequestBuffering buffering =
        location == nullptr ? RequestBuffering{.enabled = false} : location->request_buffering;
    if (!buffers(buffering)) return false;
    if (request_.body.kind == Framing::Length) {
      if (request_.body.length <= buffering.max_request_size) return false;
      refuse(413, kTooLarge);
    } else {
      client_.answer_with(std::make_unique<BodyCollector>(client_, head_, request_.expects_continue,
                                                          buffering.max_request_size, std::move(slot)));
    }
    return true;
  }

  // The application gets a body that was sent in chunks as one of a known length. `length` is needed as long as the
  // request.
  void describe(const StoredBody& body, std::string& length) {
    length = std::to_string(body.size());
    request_.body = {.kind = Framing::Length, .length = body.size()};
    request_.expects_continue = false;
    request_.fields.remove(FieldName::Expect);
    request_.fields.add("Content-Length", length);
  }

  void pass_on(ReleaseSlot slot, Script script) {
    if (match_.route->upstream->addresses.empty()) return refuse(503, kNotRunning, "Retry-After: 30\r\n");
    std::unique_ptr<StoredBody> body = client_.take_kept_body();
    if (!body && collects_body(slot)) return;
    std::string length;
    if (body) describe(*body, length);
    const UpstreamProtocol protocol = match_.route->upstream->protocol;
    CacheGate cache(client_, request_, match_, https());
    if (cache.answers()) return count(&RequestCounters::cache_hits);
    if (!again_ && cache.waits(head_, slot)) return;
    if (!cache.status().empty()) {
      count(cache.status() == "MISS" ? &RequestCounters::cache_misses : &RequestCounters::cache_bypasses);
    }
    std::unique_ptr<UpstreamCodec> codec;
    if (protocol == UpstreamProtocol::FastCgi) {
      codec = std::make_unique<FastCgiCodec>(std::move(script));
    } else {
      codec = std::make_unique<Http1Codec>();
    }
    auto exchange = std::make_unique<Exchange>(
        client_, request_,
        Exchange::Target{*match_.environment, match_.route, https(),
                         match_.tls->client_authentication != ClientAuthentication::None, cache.status()},
        std::move(codec), std::move(slot), std::move(body));
    cache.watch(*exchange, head_);
    answer_with(std::move(exchange));
  }

  Downstream& client_;
  RequestHead& request_;
  std::string_view head_;
  bool again_;
  Worker& worker_;
  std::string_view path_;
  RouteTable::Match match_;
  std::list<std::string> proxied_paths_;
};

}  // namespace

void refuse_held(Downstream& client, RequestHead& request, std::string_view head) {
  Dispatch(client, request, head, true).give_up();
}

void dispatch(Downstream& client, RequestHead& request, std::string_view head, ReleaseSlot slot, bool again) {
  Dispatch(client, request, head, again).run(std::move(slot));
}

}  // namespace penstock::router
