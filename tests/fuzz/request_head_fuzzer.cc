// A head that is accepted is forwarded as one that nobody reads differently, with the framing that we read.
#include "fuzz/strict_http.h"
#include "runtime/router/http/message_writer.h"
#include "runtime/router/http/request_head.h"

#include <memory>
#include <string>

namespace {

using namespace penstock;
using namespace penstock::router;

// The extent does not depend on how the bytes are cut.
void require_same_extent(std::string_view bytes, const HeadExtent& whole) {
  std::size_t searched = 0;
  for (std::size_t size = 1; size <= bytes.size(); size += 7) {
    const HeadExtent part = find_request_head(bytes.substr(0, size), searched);
    if (part.refusal != 0 || part.length != 0) {
      return fuzz::require(part.refusal != 0 || part.length == whole.length, "one extent", bytes);
    }
    searched = size;
  }
}

void require_unambiguous(const RequestHead& head) {
  std::string out;
  write_upstream_request(head, {.client_ip = "192.0.2.1", .forwarded_for = "192.0.2.1", .original_route = "http://x/"},
                         out);
  std::string_view rest = out;
  const auto strict = fuzz::take_head(rest);
  fuzz::require(strict.has_value() && rest.empty(), "one head", out);
  fuzz::require_request(*strict);
  fuzz::require(strict->chunked == (head.body.kind == Framing::Chunked), "the same coding", out);
  fuzz::require(strict->length.value_or(0) == (head.body.kind == Framing::Length ? head.body.length : 0),
                "the same length", out);
  fuzz::require(strict->count("x-forwarded-for") == 1 && strict->count("x-client-ip") == 1, "the origin is ours", out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const HeadExtent extent = find_request_head(bytes, 0);
  require_same_extent(bytes, extent);
  if (extent.refusal != 0 || extent.length == 0) return 0;
  const auto head = std::make_unique<RequestHead>();
  if (parse_request_head(bytes.substr(0, extent.length), *head) == 0) require_unambiguous(*head);
  return 0;
}
