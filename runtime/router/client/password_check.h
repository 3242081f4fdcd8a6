#pragma once

#include "runtime/router/loop/timer.h"
#include "runtime/router/table/access.h"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace penstock::router {

// Checks what clients say in an Authorization field. What was found right once costs little from then on; the slow
// checks of a second are few, so that guessing cannot keep the loop busy. Belongs to one event loop.
class PasswordCheck {
 public:
  using Clock = std::function<Milliseconds()>;
  explicit PasswordCheck(Clock now) : now_(std::move(now)) {}

  enum class Result { Right, Wrong, TooMany };
  Result check(const Access& access, std::string_view authorization);

 private:
  const Clock now_;
  std::unordered_set<std::string> right_;  // digests of hash and field
  Milliseconds second_began_{-1000};
  int left_ = 0;  // slow checks in this second
};

}  // namespace penstock::router
