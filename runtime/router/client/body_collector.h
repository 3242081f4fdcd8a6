#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/client/stored_body.h"
#include "runtime/router/hold/held_request.h"
#include "runtime/router/loop/timer.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::router {

// Reads the whole body of a request, and then has it dispatched again with its body kept. Trailers are dropped.
class BodyCollector final : public Responder {
 public:
  // `head` is what the request was read from; a body larger than `most` bytes is refused.
  BodyCollector(Downstream& client, std::string_view head, bool expects_continue, std::uint64_t most, ReleaseSlot slot);

  void start() override;
  void on_request_body(const BodyPart& part) override;
  void on_writable() override {}
  void on_client_gone() override { progress_.cancel(); }

 private:
  void refuse(int status, const char* why);

  std::string head_;
  bool expects_continue_;
  std::uint64_t most_;
  ReleaseSlot slot_;
  std::unique_ptr<StoredBody> body_;
  Timer progress_;
};

}  // namespace penstock::router
