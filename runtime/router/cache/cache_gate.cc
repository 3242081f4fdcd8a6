#include "runtime/router/cache/cache_gate.h"

#include "runtime/router/cache/cached_answer.h"
#include "runtime/router/cache/fill_waiter.h"
#include "runtime/router/cache/invalidator.h"
#include "runtime/router/cache/recorder.h"
#include "runtime/router/cache/shared_cache.h"
#include "runtime/router/client/downstream.h"
#include "runtime/router/worker.h"

#include <algorithm>
#include <utility>

namespace penstock::router {
namespace {

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

// The whole answer is of use to others; what the client has is compared with it next time.
void ask_for_the_whole(RequestHead& request) {
  request.fields.remove(FieldName::IfNoneMatch);
  request.fields.remove(FieldName::IfModifiedSince);
}

bool has(const RequestHead& request, FieldName name) {
  return !request.fields.find(name).empty();
}

}  // namespace

CacheGate::CacheGate(Downstream& client, RequestHead& request, const RouteTable::Match& match, bool https)
    : client_(client),
      request_(request),
      match_(match),
      https_(https),
      settings_(match.route->cache && match.route->cache->enabled ? &*match.route->cache : nullptr) {}

bool CacheGate::usable() const {
  if (settings_ == nullptr || !(request_.is_get() || request_.is_head())) return false;
  if (!request_.body.empty() || request_.wants_websocket) return false;
  // The application is told who it is and may answer nobody else so.
  if (match_.tls->client_authentication != ClientAuthentication::None) return false;
  return !settings_->any_cookie || !has(request_, FieldName::Cookie);
}

const CacheKey& CacheGate::key() {
  if (!key_) key_.emplace(**match_.environment, *settings_, https_, request_, client_.worker().key_scratch());
  return *key_;
}

bool CacheGate::answers() {
  if (!usable()) return false;
  Worker& worker = client_.worker();
  const ResponseCache::Found found = worker.cache().responses.find(key(), request_.fields, worker.loop().now());
  not_worthwhile_ = found.not_worthwhile;
  stale_ = found.stale;
  if (found.entry) answer_from_cache(client_, request_, found.entry);
  return found.entry != nullptr;
}

bool CacheGate::waits(std::string_view head, ReleaseSlot& slot) {
  if (!worth_keeping() || has(request_, FieldName::Range) || has(request_, FieldName::Authorization)) return false;
  std::unique_ptr<FillWaiter> waiter;
  auto fill = client_.worker().cache().fills.begin(key_->text(), [&] {
    waiter = std::make_unique<FillWaiter>(client_, head, std::move(slot));
    return waiter->wait();
  });
  if (waiter) {
    client_.answer_with(std::move(waiter));
    return true;
  }
  fill_ = std::move(fill);
  ask_for_the_whole(request_);
  ask_about_stale();
  return false;
}

// Instead of the whole, whether it is still what it was (RFC 9111 section 4.3.1).
void CacheGate::ask_about_stale() {
  if (stale_ == nullptr || stale_->status != 200) return;
  const auto modified = std::find_if(stale_->fields.begin(), stale_->fields.end(),
                                     [](const Field& field) { return field.known == FieldName::LastModified; });
  if (stale_->etag.empty() && modified == stale_->fields.end()) return;
  if (!stale_->etag.empty()) request_.fields.add("If-None-Match", stale_->etag);
  if (modified != stale_->fields.end()) request_.fields.add("If-Modified-Since", modified->value);
  asked_about_ = stale_;
}

void CacheGate::watch(Responder& exchange, std::string_view head) {
  SharedCache& cache = client_.worker().cache();
  if (worth_keeping()) {
    exchange.filter_through<Recorder>(cache.responses, client_.worker().loop(),
                                      Recording{.key = std::string(key_->text()),
                                                .request = std::string(head),
                                                .environment = *match_.environment,
                                                .settings = settings_,
                                                .conditions = StoreConditions::of(request_),
                                                .fill = std::move(fill_),
                                                .stale = std::move(asked_about_)});
  } else if (settings_ != nullptr && !is_safe(request_.method)) {
    exchange.filter_through<Invalidator>(cache.responses, std::string(key().text()));
  }
}

std::string_view CacheGate::status() const {
  if (!match_.route->cache) return {};
  return key_ ? "MISS" : "BYPASS";
}

}  // namespace penstock::router
