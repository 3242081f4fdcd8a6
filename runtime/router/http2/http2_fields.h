#pragma once

#include "runtime/router/http/response_head.h"

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::router {

// Fields as nghttp2 wants them, names in lower case. What it is made from must outlive it.
class Http2Fields {
 public:
  explicit Http2Fields(const FieldList& trailers);
  // `date`: when `head` does not say it. Status 101 becomes what RFC 8441 has in its place.
  Http2Fields(const ResponseHead& head, std::string_view date);
  Http2Fields(const Http2Fields&) = delete;
  Http2Fields& operator=(const Http2Fields&) = delete;

  const nghttp2_nv* data() const { return fields_.data(); }
  std::size_t size() const { return count_; }

 private:
  void add(std::string_view name, std::string_view value);
  void add_all(const FieldList& fields, bool of_websocket);

  std::array<nghttp2_nv, FieldList::kCapacity + 3> fields_;
  std::size_t count_ = 0;
  std::string names_;
  std::array<char, 3> status_;
  std::array<char, 24> length_;
};

}  // namespace penstock::router
