// Answers that are there as a whole, in memory or in a file, of which a client may want parts.
#pragma once

#include "runtime/router/http/response_head.h"
#include "runtime/router/http/selection.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace penstock::router {

class Downstream;

struct Content {
  std::string_view memory;  // unless it is in `file`
  int file = -1;
  std::uint64_t size = 0;
  std::shared_ptr<const void> owner;  // keeps the memory, or the file open
};

// Answers with what `selection` says of `content`. `head` has the fields of the whole representation; its status,
// length and what the parts need is filled in.
void send_content(Downstream& client, ResponseHead& head, const Selection& selection, Content content);

}  // namespace penstock::router
