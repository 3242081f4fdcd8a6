#include "runtime/router/compression/compressible.h"
#include "runtime/router/compression/encoder.h"
#include "unit/runtime/router/decoding.h"

#include <catch2/catch.hpp>

namespace penstock::router::test {
namespace {

std::string text_of(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

std::string encode(EncoderPool& pool, Coding coding, const std::string& body, std::size_t piece) {
  auto encoder = pool.take(coding);
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    encoder.encode(std::string_view(body).substr(at, piece), false, out);
  }
  encoder.encode({}, true, out);
  return out;
}

}  // namespace

TEST_CASE("what is compressed in pieces is the same when expanded") {
  EncoderPool pool;
  const std::string body = text_of(1'000'000);
  for (const Coding coding : {Coding::Gzip, Coding::Brotli}) {
    const std::string encoded = encode(pool, coding, body, 10'000);
    CHECK(encoded.size() < body.size() / 3);
    CHECK((decode(name_of(coding), encoded) == body));
  }
}

TEST_CASE("an encoder begins again with the next body") {
  EncoderPool pool;
  for (const Coding coding : {Coding::Gzip, Coding::Brotli}) {
    for (const std::string body : {"", "one", "another"}) {
      CHECK(decode(name_of(coding), encode(pool, coding, body, 2)) == body);
    }
  }
}

TEST_CASE("only so many bodies are compressed at a time") {
  EncoderPool pool(2);
  const std::string body = text_of(1000);
  auto first = pool.take(Coding::Gzip);
  {
    std::string broken_off;
    auto second = pool.take(Coding::Gzip);
    second.encode(body, false, broken_off);
    CHECK_FALSE(pool.take(Coding::Brotli));
  }
  CHECK(decode("gzip", encode(pool, Coding::Gzip, body, 100)) == body);
}

TEST_CASE("text is compressible and what is compressed already is not") {
  for (const std::string type : {"text/html; charset=utf-8", "TEXT/CSS", "application/json", "image/svg+xml",
                                 "application/manifest+json", "application/pdf"}) {
    CHECK(is_compressible(type));
  }
  for (const std::string type : {"image/png", "application/zip", "font/woff2", "application/octet-stream", "+xml"}) {
    CHECK_FALSE(is_compressible(type));
  }
}

}  // namespace penstock::router::test
