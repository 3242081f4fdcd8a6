#pragma once

#include "runtime/router/http/byte_ranges.h"
#include "runtime/router/http/preconditions.h"
#include "runtime/router/http/request_head.h"

#include <cstdint>
#include <vector>

namespace penstock::router {

// What of a representation answers a GET or HEAD.
struct Selection {
  int status = 200;               // 200, 206, 304, 412 or 416
  std::vector<ByteRange> ranges;  // of 206
};

// By the request's conditions and its Range, for a representation of `size` bytes.
Selection select(const RequestHead& request, const Validators& validators, std::uint64_t size);

}  // namespace penstock::router
