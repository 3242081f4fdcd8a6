// Chunks mean the same however they are cut, and come out as they went in.
#include "fuzz/strict_http.h"
#include "runtime/router/http/body.h"

#include <string>

namespace {

using namespace penstock;
using namespace penstock::router;

struct Read {
  std::string payload;
  std::string after;
  bool done = false;
  bool malformed = false;

  bool operator==(const Read&) const = default;
};

Read read(std::string_view wire, std::size_t step) {
  ChunkedReader reader;
  Read result;
  for (std::size_t at = 0; at < wire.size(); at += step) {
    std::string_view input = wire.substr(at, step);
    for (auto piece = reader.next(input); !piece.empty(); piece = reader.next(input)) result.payload += piece;
    if (reader.done()) result.after += input;
  }
  result.done = reader.done();
  result.malformed = reader.malformed();
  return result;
}

std::string write(std::string_view payload) {
  BodyWriter writer(true);
  Gather out;
  writer.add({.pieces = {&payload, 1}, .last = true}, out);
  std::string wire;
  for (const iovec& piece : out.pieces()) wire.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  return wire;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = data[0] % 16 + 1U;
  const std::string_view wire(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Read whole = read(wire, wire.size() + 1);
  fuzz::require(whole == read(wire, step), "the cuts do not matter", wire);
  fuzz::require(!(whole.done && whole.malformed), "one end", wire);
  const std::string again = write(whole.payload);
  std::string_view rest = again;
  fuzz::StrictHead head;
  head.chunked = true;
  fuzz::require(fuzz::take_body(head, rest) == whole.payload && rest.empty(), "out as in", again);
  return 0;
}
