#pragma once

#include "runtime/router/upstream/codec.h"

namespace penstock::router {

// An application that speaks HTTP/1.1 (or 1.0).
class Http1Codec final : public UpstreamCodec {
 public:
  void encode_head(const RequestHead& request, const Origin& origin, std::string& out) override;
  void encode_body(const BodyPart& part, Gather& out) override { writer_.add(part, out); }
  HeadResult decode_head(std::string_view& bytes, ResponseHead& head) override;
  BodyResult decode_body(std::string_view& bytes, Pieces& pieces) override;
  const FieldList* trailers() const override { return reader_.trailers(); }
  bool may_end_here() const override { return reader_.may_end_here(); }
  bool reusable() const override { return keep_alive_; }

 private:
  bool to_head_ = false;
  bool keep_alive_ = false;
  BodyWriter writer_;
  BodyReader reader_;
  std::string partial_;  // of a head
  std::string whole_;    // the head that came in parts, and what came with its end
};

}  // namespace penstock::router
