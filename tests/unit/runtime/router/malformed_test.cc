#include "runtime/router/http/body.h"
#include "runtime/router/http/request_head.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

namespace penstock::router::test {

namespace {

const std::string kHost = "Host: site.test\r\n";

struct Refused {
  std::string request;
  int status;
};

// Everything here must be refused before an application sees it.
std::vector<Refused> refused_requests() {
  return {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET / a HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET /#x HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET /\x01 HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET /\x80 HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET /../x HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET /%2e%2e/x HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET /%00 HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET /%zz HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET relative HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET ftp://a/ HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"CONNECT a:443 HTTP/1.1\r\n" + kHost + "\r\n", 405},
      {"G(T / HTTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET / HTTP/2.0\r\n" + kHost + "\r\n", 505},
      {"GET / HTTP/1.2\r\n" + kHost + "\r\n", 505},
      {"GET / HTP/1.1\r\n" + kHost + "\r\n", 400},
      {"GET / HTTP/1.1\r\n" + kHost + "X : y\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + kHost + " folded\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + kHost + "X: a\r\n b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + kHost + "no colon\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + kHost + ": empty\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + kHost + "X: a\rb\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + kHost + "X: a\nY: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: site.test\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + kHost + std::string("X: a\0b\r\n\r\n", 10), 400},
      {"GET / HTTP/1.1\r\n" + kHost + "X: \x7f\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: 1, 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: +1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: 0x1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length:\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked, chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Expect: miracles\r\n\r\n", 417},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + kHost + "\r\n", 414},
      {"GET /" + std::string(9000, 'a'), 414},
      {"GET / HTTP/1.1\r\n" + kHost + "X: " + std::string(40'000, 'a') + "\r\n\r\n", 431},
      {"GET / HTTP/1.1\r\n" + kHost +
           [] {
             std::string many;
             for (int i = 0; i < 120; ++i) many += "X: y\r\n";
             return many;
           }() +
           "\r\n",
       431},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n;x\r\nabc\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\nx\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + std::string(20'000, 'a') + "\r\n",
       400},
  };
}

}  // namespace

TEST_CASE("malformed and ambiguous requests are refused with the right status") {
  Upstream upstream([](Client& client) { client.read_to_end(); });
  RunningRouter router;
  router.serve("site.test", {upstream.address()});
  for (const Refused& refused : refused_requests()) {
    INFO(refused.request.substr(0, 200));
    CHECK(status_of(Client(router.port()).send(refused.request).read_message()) == refused.status);
  }
}

TEST_CASE("malformed requests are refused alike when they come byte by byte") {
  RunningRouter router;
  for (const Refused& refused : refused_requests()) {
    if (refused.request.size() > 300 || refused.request.find("chunked\r\n\r\n") != std::string::npos) continue;
    INFO(refused.request);
    Client client(router.port());
    for (const char c : refused.request) client.send(std::string(1, c));
    CHECK(status_of(client.read_message()) == refused.status);
  }
}

TEST_CASE("what is unusual but allowed is served") {
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(request); });
  RunningRouter router;
  router.serve("site.test", {upstream->address()});
  const auto seen = [&](const std::string& request) {
    return body_of(Client(router.port()).send(request).read_message());
  };
  using Catch::StartsWith;
  CHECK_THAT(seen("\r\n\r\nGET / HTTP/1.1\r\nhOST:site.test:80\r\n\r\n"),
             StartsWith("GET / HTTP/1.1\r\nHost: site.test:80"));
  CHECK_THAT(seen("GET http://SITE.test?q HTTP/1.1\r\nHost: other\r\n\r\n"),
             StartsWith("GET /?q HTTP/1.1\r\nHost: SITE.test"));
  CHECK_THAT(seen("OPTIONS * HTTP/1.1\r\nHost: site.test.\r\n\r\n"), StartsWith("OPTIONS * HTTP/1.1"));
  CHECK_THAT(seen("BREW /a/./b//c HTTP/1.1\r\n" + kHost + "\r\n"), StartsWith("BREW /a/./b//c"));
}

TEST_CASE("chunks are found however the bytes are cut") {
  const std::string wire = "5;name=\"value\"\r\nhello\r\n00b\r\n, big world\r\n0\r\nX-Trailer: a\r\n\r\nnext";
  for (std::size_t step = 1; step <= wire.size(); ++step) {
    ChunkedReader reader;
    std::string payload;
    std::string after;
    for (std::size_t at = 0; at < wire.size(); at += step) {
      std::string_view input = std::string_view(wire).substr(at, step);
      for (auto piece = reader.next(input); !piece.empty(); piece = reader.next(input)) payload += piece;
      after += input;
    }
    CHECK(reader.done());
    CHECK(payload == "hello, big world");
    CHECK(after == "next");
  }
}

TEST_CASE("no request, however mangled, is read as two things or breaks the parser") {
  const std::string good =
      "POST /path?q HTTP/1.1\r\nHost: site.test\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n";
  RequestHead head;
  REQUIRE(parse_request_head(good, head) == 0);
  const std::string bytes(
      "\0\t\n\r :,;%/?#[]@\x7f\xff"
      "0aZ",
      21);
  for (std::size_t at = 0; at + 4 < good.size(); ++at) {
    for (const char byte : bytes) {
      std::string mangled = good;
      mangled[at] = byte;
      const HeadExtent extent = find_request_head(mangled, 0);
      if (extent.refusal != 0 || extent.length == 0) continue;
      if (parse_request_head(std::string_view(mangled).substr(0, extent.length), head) != 0) continue;
      for (const Field& field : head.fields.all()) {
        CHECK(is_token(field.name));
        CHECK(field.value.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos);
      }
      CHECK((head.body.kind == Framing::None || head.body.kind == Framing::Length));
    }
  }
}

}  // namespace penstock::router::test
