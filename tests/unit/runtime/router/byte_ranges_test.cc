#include "runtime/router/http/byte_ranges.h"

#include <catch2/catch.hpp>

namespace penstock::router::test {

TEST_CASE("ranges are read as RFC 9110 says") {
  const auto read = [](const std::string& field) {
    std::vector<ByteRange> ranges;
    const RangeResult result = parse_ranges(field, 10, ranges);
    std::string text = result == RangeResult::Whole ? "whole" : result == RangeResult::Unsatisfiable ? "none" : "";
    for (const ByteRange& range : ranges) text += std::to_string(range.first) + "-" + std::to_string(range.last) + " ";
    return text;
  };
  CHECK(read("bytes=0-0") == "0-0 ");
  CHECK(read("bytes=5-") == "5-9 ");
  CHECK(read("bytes=-3") == "7-9 ");
  CHECK(read("bytes=-30") == "0-9 ");
  CHECK(read("bytes=3-99") == "3-9 ");
  CHECK(read("bytes=10-") == "none");
  CHECK(read("bytes=-0") == "none");
  CHECK(read("bytes=1-2, 4-5") == "1-2 4-5 ");
  CHECK(read("bytes=1-2,20-30") == "1-2 ");
  for (const std::string odd :
       {"bytes=", "bytes=-", "bytes=3-1", "lines=1-2", "bytes=a-b", "bytes=1-2,x", "bytes=--1"}) {
    CHECK(read(odd) == "whole");
  }
  CHECK(read("bytes=0-9,0-9") == "whole");
  std::string many = "bytes=0-0";
  for (int i = 0; i < 20; ++i) many += ",9-9";
  CHECK(read(many) == "whole");
}

TEST_CASE("the parts of a multipart answer name their places") {
  const MultipartRanges parts("text/plain", 10);
  const std::string boundary = parts.content_type().substr(std::string("multipart/byteranges; boundary=").size());
  CHECK(boundary.size() == 32);
  CHECK(parts.opening({1, 2}) ==
        "\r\n--" + boundary + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 1-2/10\r\n\r\n");
  CHECK(parts.closing() == "\r\n--" + boundary + "--\r\n");
  CHECK(MultipartRanges("text/plain", 10).content_type() != parts.content_type());
}

}  // namespace penstock::router::test
