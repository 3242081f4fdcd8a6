#include "unit/runtime/router/decoding.h"

#include "base/error.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <vector>

namespace penstock::router::test {
namespace {

constexpr std::size_t kMost = std::size_t{16} << 20;

std::string decode_gzip(const std::string& body) {
  std::string out(kMost, '\0');
  z_stream stream{};
  ::inflateInit2(&stream, MAX_WBITS + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = ::inflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  const bool whole = result == Z_STREAM_END && stream.avail_in == 0;
  ::inflateEnd(&stream);
  if (!whole) throw Error("cannot expand: this is not gzip");
  return out;
}

std::string decode_brotli(const std::string& body) {
  std::string out(kMost, '\0');
  std::size_t size = out.size();
  const auto result = ::BrotliDecoderDecompress(body.size(), reinterpret_cast<const std::uint8_t*>(body.data()), &size,
                                                reinterpret_cast<std::uint8_t*>(out.data()));
  if (result != BROTLI_DECODER_RESULT_SUCCESS) throw Error("cannot expand: this is not brotli");
  out.resize(size);
  return out;
}

}  // namespace

std::string decode(std::string_view coding, const std::string& body) {
  return coding == "br" ? decode_brotli(body) : decode_gzip(body);
}

}  // namespace penstock::router::test
