#include "runtime/router/cache/fill_waiter.h"

#include "runtime/router/client/downstream.h"
#include "runtime/router/worker.h"

#include <utility>

namespace penstock::router {
namespace {

constexpr Milliseconds kLongestWait{5'000};

}  // namespace

FillWaiter::FillWaiter(Downstream& client, std::string_view head, ReleaseSlot slot)
    : Responder(client),
      head_(head),
      slot_(std::move(slot)),
      wait_(std::make_shared<FillWait>(FillWait{client.worker().loop(), [this] { go_on(); }})),
      limit_(client.worker().loop().timers(), [this] { go_on(); }) {}

FillWaiter::~FillWaiter() {
  stop();
}

void FillWaiter::start() {
  limit_.arm(kLongestWait);
}

void FillWaiter::stop() {
  wait_->resume = nullptr;
  limit_.cancel();
}

void FillWaiter::go_on() {
  stop();
  client().take_again(head_, std::move(slot_));
}

}  // namespace penstock::router
