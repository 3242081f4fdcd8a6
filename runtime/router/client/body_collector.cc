#include "runtime/router/client/body_collector.h"

#include "runtime/router/client/downstream.h"
#include "runtime/router/worker.h"

#include <utility>

namespace penstock::router {
namespace {

const char* const kTooLarge = "The body of this request is larger than this site takes.";
const char* const kNoRoom = "There is no room for the body of this request at the moment.";
const char* const kSlow = "The body of this request takes too long to arrive.";

}  // namespace

BodyCollector::BodyCollector(Downstream& client, std::string_view head, bool expects_continue, std::uint64_t most,
                             ReleaseSlot slot)
    : Responder(client),
      head_(head),
      expects_continue_(expects_continue),
      most_(most),
      slot_(std::move(slot)),
      body_(std::make_unique<StoredBody>(client.worker().body_space())),
      progress_(client.worker().loop().timers(), [this] { refuse(408, kSlow); }) {}

void BodyCollector::start() {
  if (expects_continue_) {
    ResponseHead& head = client().worker().response_scratch();
    head.status = 100;
    head.reason = "Continue";
    head.fields.clear();
    client().interim(head);
  }
  progress_.arm(client().worker().settings().timeouts.request_body);
  client().read_body(true);
}

void BodyCollector::on_request_body(const BodyPart& part) {
  progress_.arm(client().worker().settings().timeouts.request_body);
  if (body_->size() + part.bytes() > most_) return refuse(413, kTooLarge);
  for (const std::string_view piece : part.pieces) {
    if (!body_->append(piece)) return refuse(503, kNoRoom);
  }
  if (!part.last) return;
  progress_.cancel();
  client().keep_body(std::move(body_));
  client().take_again(head_, std::move(slot_));
}

void BodyCollector::refuse(int status, const char* why) {
  progress_.cancel();
  client().send_reply({.status = status, .explanation = why, .fields = {}}, false);
}

}  // namespace penstock::router
