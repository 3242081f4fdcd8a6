#include "runtime/router/upstream/http1_codec.h"

#include <utility>

namespace penstock::router {

void Http1Codec::encode_head(const RequestHead& request, const Origin& origin, std::string& out) {
  to_head_ = request.is_head();
  writer_ = BodyWriter(request.body.kind == Framing::Chunked);
  write_upstream_request(request, origin, out);
}

UpstreamCodec::HeadResult Http1Codec::decode_head(std::string_view& bytes, ResponseHead& head) {
  if (!partial_.empty()) {
    partial_.append(bytes);
    whole_ = std::exchange(partial_, {});
    bytes = whole_;
  }
  ResponseFraming framing;
  switch (parse_response_head(bytes, to_head_, head, framing)) {
    case ResponseParse::Complete:
      break;
    case ResponseParse::Incomplete:
      partial_.assign(bytes);
      return HeadResult::Incomplete;
    case ResponseParse::Malformed:
      return HeadResult::Malformed;
  }
  keep_alive_ = framing.keep_alive;
  reader_ = BodyReader(framing.body);
  return HeadResult::Complete;
}

UpstreamCodec::BodyResult Http1Codec::decode_body(std::string_view& bytes, Pieces& pieces) {
  reader_.read(bytes, pieces);
  if (reader_.malformed()) return BodyResult::Malformed;
  if (!reader_.done()) return BodyResult::More;
  keep_alive_ = keep_alive_ && bytes.empty();  // what follows is an answer that nobody asked for
  return BodyResult::Done;
}

}  // namespace penstock::router
