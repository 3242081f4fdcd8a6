// Whatever an application says, the client gets a head that nobody reads differently, framed as we frame its body.
#include "fuzz/strict_http.h"
#include "runtime/router/http/message_writer.h"
#include "runtime/router/http/response_head.h"

#include <memory>
#include <string>

using namespace penstock;
using namespace penstock::router;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool to_head = (data[0] & 1) != 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto head = std::make_unique<ResponseHead>();
  ResponseFraming framing;
  if (parse_response_head(bytes, to_head, *head, framing) != ResponseParse::Complete) return 0;
  const bool chunked = framing.body.kind == Framing::Chunked || framing.body.kind == Framing::UntilClose;
  std::string out;
  write_client_response(*head, {.chunked = chunked, .keep_alive = true, .date = "today"}, out);
  std::string_view rest = out;
  const auto strict = fuzz::take_head(rest);
  fuzz::require(strict.has_value() && rest.empty(), "one head", out);
  fuzz::require(fuzz::status_of(*strict) == head->status, "the same status", out);
  fuzz::require(strict->chunked == chunked, "the same coding", out);
  if (framing.body.kind == Framing::Length) {
    fuzz::require(strict->length == framing.body.length, "the same length", out);
  }
  if (head->status < 200 || head->status == 204) fuzz::require(!strict->length, "no length without a body", out);
  return 0;
}
