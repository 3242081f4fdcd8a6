#include "runtime/router/client/downstream.h"

#include "runtime/router/dispatcher.h"
#include "runtime/router/worker.h"

namespace penstock::router {

Downstream::~Downstream() = default;

void Downstream::take_request(std::string_view head, ReleaseSlot slot) {
  if (!slot) begin_record();
  RequestHead& request = worker_.request_scratch();
  if (const int status = parse_request_head(head, request)) return refuse(status);
  if (kept_body_) request.body = {};  // read before it was held
  on_request(request);
  dispatch(*this, request, head, std::move(slot));
}

void Downstream::begin_record() {
  ++worker_.statistics().requests;
  record_ = {.counters = &worker_.counters_of_none(), .began = worker_.loop().now()};
  environment_.reset();
  log_entry_.reset();
}

void Downstream::belongs_to(const std::shared_ptr<const Environment>& environment, const RequestHead& request) {
  environment_ = environment;
  record_.counters = &worker_.counters(environment->id);
  log_entry_.reset();
  if (environment->access_log.file.empty()) return;
  log_entry_ = std::make_unique<AccessLogEntry>(environment, request, client_ip(request), record_.protocol);
}

void Downstream::finish_record() {
  const Milliseconds now = worker_.loop().now();
  if (const auto entry = std::move(log_entry_)) {
    worker_.access_log().add(*entry, {.status = record_.status,
                                      .bytes = record_.response_bytes,
                                      .duration = now - record_.began - record_.held,
                                      .held = record_.held,
                                      .upstream = record_.upstream});
  }
  record_.finish(now);
  environment_.reset();
}

void Downstream::add_platform_fields(ResponseHead& head) const {
  if (!environment_ || environment_->cluster.empty()) return;
  head.fields.remove_if([](const Field& field) {
    return field.known == FieldName::XPlatformCluster || field.known == FieldName::XPlatformProcessor ||
           field.known == FieldName::XPlatformRouter;
  });
  head.fields.add("X-Platform-Cluster", environment_->cluster);
  head.fields.add("X-Platform-Processor", environment_->release);
  head.fields.add("X-Platform-Router", worker_.settings().name);
}

void Downstream::take_again(std::string_view head, ReleaseSlot slot) {
  RequestHead& request = worker_.request_scratch();
  parse_request_head(head, request);
  dispatch(*this, request, head, std::move(slot), true);
}

std::string_view Downstream::client_ip(const RequestHead& request) const {
  std::string_view ip = peer_.caller.ip;
  if (worker_.settings().https != HttpsMode::Proxied) return ip;
  for (const Field& field : request.fields.all()) {
    if (field.known == FieldName::XForwardedFor && !field.value.empty()) ip = last_element(field.value);
  }
  return ip;
}

void Downstream::send_reply(const Reply& reply, bool json) {
  const std::string page = render_page(reply, json);
  const std::string_view piece = page;
  ResponseHead& head = worker_.response_scratch();
  write_head(reply, json, page.size(), head);
  begin(head);
  body({.pieces = {&piece, 1}, .last = true});
}

void Downstream::answer_with(std::unique_ptr<Responder> responder) {
  drop_responder();
  responder_ = std::move(responder);
  responder_->start();
}

void Downstream::drop_responder() {
  if (responder_) worker_.loop().retire(std::move(responder_));
}

void Downstream::hold(HoldQueue& queue, std::string_view head) {
  held_ = std::string(head);
  held_since_ = worker_.loop().now();
  queue_ = &queue;
  ticket_ = queue.join(*this, held_.size() + on_held());
}

void Downstream::proceed(ReleaseSlot slot) {
  queue_ = nullptr;
  record_.held = worker_.loop().now() - held_since_;
  const std::string head = std::exchange(held_, {});
  on_released(head, std::move(slot));
}

void Downstream::give_up() {
  queue_ = nullptr;
  const std::string head = std::exchange(held_, {});
  RequestHead& request = worker_.request_scratch();
  parse_request_head(head, request);
  on_request(request);
  refuse_held(*this, request, head);
}

}  // namespace penstock::router
