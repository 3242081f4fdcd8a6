// What an application says by FastCGI means the same however it is cut.
//
// Input: how large the pieces are; the records.
#include "base/log.h"
#include "fuzz/strict_http.h"
#include "runtime/router/upstream/fastcgi_codec.h"

#include <string>

namespace {

using namespace penstock;
using namespace penstock::router;

struct Read {
  std::string head;
  std::string payload;
  bool done = false;
  bool malformed = false;

  bool operator==(const Read&) const = default;
};

std::string text_of(const ResponseHead& head) {
  std::string text = std::to_string(head.status) + " " + std::string(head.reason) + "\n";
  for (const Field& field : head.fields.all()) text.append(field.name).append(": ").append(field.value).append("\n");
  return text;
}

class Reader {
 public:
  void take(std::string_view bytes) {
    if (read_.head.empty() && !take_head(bytes)) return;
    while (!bytes.empty() && !over()) {
      Pieces pieces;
      const auto result = codec_.decode_body(bytes, pieces);
      for (const std::string_view piece : pieces.all()) read_.payload += piece;
      read_.done = result == UpstreamCodec::BodyResult::Done;
      read_.malformed = result == UpstreamCodec::BodyResult::Malformed;
    }
  }
  bool over() const { return read_.done || read_.malformed; }
  const Read& result() const { return read_; }

 private:
  // False: not all of it is there.
  bool take_head(std::string_view& bytes) {
    ResponseHead head;
    const auto result = codec_.decode_head(bytes, head);
    read_.malformed = result == UpstreamCodec::HeadResult::Malformed;
    if (result != UpstreamCodec::HeadResult::Complete) return false;
    fuzz::require(head.status >= 200 && head.status <= 599, "a status", read_.head);
    read_.head = text_of(head);
    return true;
  }

  FastCgiCodec codec_{Script{}};
  Read read_;
};

Read read(std::string_view wire, std::size_t step) {
  Reader reader;
  for (std::size_t at = 0; at < wire.size() && !reader.over(); at += step) reader.take(wire.substr(at, step));
  return reader.result();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  set_log_level("off");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = data[0] % 16 + 1U;
  const std::string_view wire(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Read whole = read(wire, wire.size() + 1);
  const Read cut = read(wire, step);
  fuzz::require(whole.malformed == cut.malformed && whole.done == cut.done, "the same end", wire);
  fuzz::require(whole.malformed || whole == cut, "the cuts do not matter", wire);
  return 0;
}
