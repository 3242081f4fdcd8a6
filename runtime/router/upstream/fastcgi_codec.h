#pragma once

#include "runtime/router/files/script.h"
#include "runtime/router/upstream/codec.h"
#include "runtime/router/upstream/fastcgi_records.h"

#include <string>

namespace penstock::router {

// An application that speaks FastCGI, in the way of PHP-FPM. The length of a request's body has to be known.
class FastCgiCodec final : public UpstreamCodec {
 public:
  explicit FastCgiCodec(Script script) : script_(std::move(script)) {}
  // What the application said beside its response goes to our log.
  ~FastCgiCodec() override;

  void encode_head(const RequestHead& request, const Origin& origin, std::string& out) override;
  void encode_body(const BodyPart& part, Gather& out) override;
  HeadResult decode_head(std::string_view& bytes, ResponseHead& head) override;
  BodyResult decode_body(std::string_view& bytes, Pieces& pieces) override;
  const FieldList* trailers() const override { return nullptr; }
  bool may_end_here() const override { return false; }
  bool reusable() const override { return false; }

 private:
  HeadResult read_head(ResponseHead& head);
  // Takes what is neither head nor body of the response.
  void take_other(const fastcgi::RecordReader::Piece& piece);

  const Script script_;
  fastcgi::RecordReader reader_;
  fastcgi::RecordHeader record_{};
  fastcgi::RecordHeader end_{};
  std::string copied_;  // a part of the request's body that needs several records
  std::string head_;    // of the response, as far as it has come
  std::string errors_;  // the beginning of what the application said beside it
  std::string outcome_;
};

}  // namespace penstock::router
