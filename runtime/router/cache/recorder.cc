#include "runtime/router/cache/recorder.h"

#include "runtime/router/http/date.h"
#include "runtime/router/http/reply.h"

#include <algorithm>
#include <utility>

namespace penstock::router {
namespace {

// A head that comes from the cache gets some more fields.
constexpr std::size_t kMostFields = FieldList::kMostReceived;

bool is_kept(const Field& field) {
  return field.known != FieldName::Age && field.known != FieldName::XPlatformCache;
}

// Field names that Vary lists.
std::vector<std::string> varying_fields(const FieldList& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields.all()) {
    if (field.known != FieldName::Vary) continue;
    std::string_view list = field.value;
    while (!list.empty()) {
      const std::string_view name = next_element(list);
      if (!name.empty()) names.emplace_back(name);
    }
  }
  return names;
}

void keep_fields(const FieldList& fields, std::string_view date, CachedResponse& response) {
  std::size_t size = date.size();
  for (const Field& field : fields.all()) size += field.name.size() + field.value.size();
  response.fields_text.reserve(size);
  const auto keep = [&](std::string_view text) {
    const std::size_t at = response.fields_text.size();
    response.fields_text += text;
    return std::string_view(response.fields_text).substr(at);
  };
  for (const Field& field : fields.all()) {
    if (is_kept(field)) response.fields.push_back({keep(field.name), keep(field.value), field.known});
  }
  if (fields.find(FieldName::Date).empty()) response.fields.push_back({"Date", keep(date), FieldName::Date});
}

}  // namespace

Recorder::Recorder(ResponseSink& next, ResponseCache& cache, EventLoop& loop, Recording recording)
    : ResponseFilter(next), cache_(cache), loop_(loop), recording_(std::move(recording)) {}

Recorder::~Recorder() {
  cache_.release(reserved_);
}

void Recorder::begin(ResponseHead& head) {
  if (recording_.stale && head.status == 304) renew(head);
  const auto freshness = judge_response(head, recording_.conditions, *recording_.settings, std::time(nullptr));
  const bool fits = head.fields.size() < kMostFields && head.length.value_or(0) < cache_.limits().entry_bytes;
  if (freshness && fits) {
    keep_head(head, *freshness);
  } else {
    give_up();
  }
  next().begin(head);
}

void Recorder::keep_head(const ResponseHead& head, const Freshness& freshness) {
  response_ = std::make_shared<CachedResponse>();
  response_->status = head.status;
  keep_fields(head.fields, http_date(std::time(nullptr)), *response_);
  response_->for_authorized = freshness.for_authorized;
  response_->etag = head.fields.find(FieldName::ETag);
  response_->modified = parse_http_date(head.fields.find(FieldName::LastModified));
  response_->initial_age = freshness.age;
  response_->stored = loop_.now();
  response_->expires = loop_.now() + (freshness.lifetime - freshness.age);
  response_->vary = varying_fields(head.fields);
  if (response_->vary.empty()) return;
  RequestHead request;
  parse_request_head(recording_.request, request);
  response_->vary_values = selected_values(response_->vary, request.fields);
}

// What 304 says is newer than what was kept (RFC 9111 section 3.2).
void Recorder::renew(ResponseHead& head) {
  renewed_ = std::move(recording_.stale);
  for (const Field& kept : renewed_->fields) {
    const auto said = head.fields.all();
    const bool again = std::any_of(said.begin(), said.end(),
                                   [&](const Field& field) { return equal_ignoring_case(field.name, kept.name); });
    if (!again) head.fields.add(kept);
  }
  head.status = renewed_->status;
  head.reason = reason_of(head.status);
  head.length = renewed_->body.size();
}

void Recorder::pass_renewed(const BodyPart& part) {
  if (!part.last) return;
  const auto renewed = std::exchange(renewed_, nullptr);
  const std::string_view whole = renewed->body;
  body({.pieces = {&whole, 1}, .last = true});
}

void Recorder::body(const BodyPart& part) {
  if (renewed_) return pass_renewed(part);
  if (response_) keep_body(part);
  if (response_ && part.last) {
    response_->body.shrink_to_fit();
    cache_.store(CacheKey(recording_.key), std::move(response_), loop_.now());
    recording_.fill.finish();
  }
  next().body(part);
}

void Recorder::keep_body(const BodyPart& part) {
  const std::size_t bytes = part.bytes();
  if (response_->body.size() + bytes > cache_.limits().entry_bytes || !cache_.reserve(bytes)) return give_up();
  reserved_ += bytes;
  for (const std::string_view piece : part.pieces) response_->body.append(piece);
}

void Recorder::give_up() {
  response_.reset();
  cache_.release(std::exchange(reserved_, 0));
  cache_.remember_miss(CacheKey(recording_.key), loop_.now());
  recording_.fill.finish();
}

}  // namespace penstock::router
