#pragma once

#include "runtime/router/loop/timer.h"

namespace penstock::router {

// How much of what costs the router more than the client one HTTP/2 connection may do: so much at once, and so much
// each second.
class Allowance {
 public:
  Allowance(double at_once, double per_second) : left_(at_once), most_(at_once), per_second_(per_second) {}

  // False: it is used up.
  bool take(Milliseconds now);

 private:
  double left_;
  double most_;
  double per_second_;
  Milliseconds filled_{0};
};

}  // namespace penstock::router
