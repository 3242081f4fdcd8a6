#pragma once

#include <memory>
#include <utility>

namespace penstock::router {

class Hold;

// Kept by a released request until its response begins: as many as there are may be with the application at once.
class ReleaseSlot {
 public:
  ReleaseSlot() = default;
  explicit ReleaseSlot(std::shared_ptr<Hold> hold) : hold_(std::move(hold)) {}
  ReleaseSlot(ReleaseSlot&& other) noexcept : hold_(std::exchange(other.hold_, nullptr)) {}
  ReleaseSlot& operator=(ReleaseSlot&& other) noexcept {
    std::swap(hold_, other.hold_);
    return *this;
  }
  ~ReleaseSlot() { free(); }

  void free();
  explicit operator bool() const { return hold_ != nullptr; }

 private:
  std::shared_ptr<Hold> hold_;
};

// Somebody who waits in a Hold. Neither verb may be called by anyone else; each ends the wait. Both are called on the
// thread of the loop that it joined with.
class HeldRequest {
 public:
  HeldRequest() = default;
  HeldRequest(const HeldRequest&) = delete;
  HeldRequest& operator=(const HeldRequest&) = delete;
  virtual void proceed(ReleaseSlot slot) = 0;
  virtual void give_up() = 0;

 protected:
  ~HeldRequest() = default;
};

}  // namespace penstock::router
