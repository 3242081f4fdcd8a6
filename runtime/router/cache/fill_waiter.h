#pragma once

#include "runtime/router/cache/fill_book.h"
#include "runtime/router/client/responder.h"
#include "runtime/router/hold/hold_queue.h"
#include "runtime/router/loop/timer.h"

#include <memory>
#include <string>
#include <string_view>

namespace penstock::router {

// Lets a request wait for the answer to another that asks for the same, and then has it dispatched again. Waits no
// longer than an application usually takes.
class FillWaiter final : public Responder {
 public:
  FillWaiter(Downstream& client, std::string_view head, ReleaseSlot slot);
  ~FillWaiter() override;

  // To be handed to the FillBook.
  const std::shared_ptr<FillWait>& wait() const { return wait_; }

  void start() override;
  void on_request_body(const BodyPart& /*part*/) override {}
  void on_writable() override {}
  void on_client_gone() override { stop(); }

 private:
  void stop();
  void go_on();

  std::string head_;
  ReleaseSlot slot_;
  std::shared_ptr<FillWait> wait_;
  Timer limit_;
};

}  // namespace penstock::router
