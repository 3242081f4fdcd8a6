#include "runtime/router/http2/allowance.h"

#include <algorithm>

namespace penstock::router {

bool Allowance::take(Milliseconds now) {
  const std::chrono::duration<double> passed = now - filled_;
  left_ = std::min(most_, left_ + passed.count() * per_second_) - 1;
  filled_ = now;
  return left_ >= 0;
}

}  // namespace penstock::router
