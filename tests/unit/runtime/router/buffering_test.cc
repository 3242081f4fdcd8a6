#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

namespace penstock::router::test {

using Catch::Contains;

namespace {

std::string chunked(const std::string& body, std::size_t piece) {
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const std::string each = body.substr(at, piece);
    out += fmt::format("{:x}\r\n{}\r\n", each.size(), each);
  }
  return out + "0\r\n\r\n";
}

std::string post(const std::string& more) {
  return "POST /in HTTP/1.1\r\nHost: site.test\r\n" + more + "\r\n";
}

// A router before an application that answers with the request as it got it.
class Mirror {
 public:
  explicit Mirror(const Json& buffering) {
    Json entry = environment("site.test", {upstream_->address()});
    entry["upstreams"]["app"]["locations"] = {{"/", {{"passthru", true}, {"request_buffering", buffering}}}};
    router_.control({{"op", "put"}, {"environment", entry}});
  }
  Client connect() { return Client(router_.port()); }
  int asked() const { return upstream_->connections(); }

 private:
  std::unique_ptr<Upstream> upstream_ = Upstream::answering([](const std::string& request) { return ok(request); });
  RunningRouter router_;
};

}  // namespace

TEST_CASE("a body in chunks reaches the application whole and with its length") {
  Mirror site(Json::object());
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{100'000}, std::size_t{3} << 20}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; i += 100) body[i] = static_cast<char>('a' + i / 100 % 26);
    Client client = site.connect();
    client.send(post("Transfer-Encoding: chunked\r\n") + chunked(body, 7000));
    const std::string seen = body_of(client.read_message());
    CHECK_THAT(seen.substr(0, 500),
               Contains("Content-Length: " + std::to_string(size) + "\r\n") && !Contains("Transfer-Encoding"));
    CHECK((body_of(seen) == body));
    CHECK(status_of(client.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) == 200);
  }
}

TEST_CASE("the application is not asked before the body is there") {
  Mirror site(Json::object());
  Client client = site.connect();
  client.send(post("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n"));
  CHECK_THAT(client.read_until("\r\n\r\n"), Contains("100 Continue"));
  client.send("3\r\nabc\r\n");
  Client other = site.connect();
  CHECK(status_of(other.send("GET / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) == 200);
  CHECK(site.asked() == 1);
  client.send("0\r\n\r\n");
  const std::string seen = body_of(client.read_message());
  CHECK_THAT(seen, Contains("Content-Length: 3\r\n") && !Contains("Expect"));
  CHECK(body_of(seen) == "abc");
}

TEST_CASE("a body larger than the location takes is refused") {
  Mirror site(Json{{"max_request_size", 10}});
  CHECK(status_of(site.connect().send(post("Content-Length: 10\r\n") + "0123456789").read_message()) == 200);
  CHECK(status_of(site.connect().send(post("Content-Length: 11\r\n")).read_message()) == 413);
  const std::string chunks = post("Transfer-Encoding: chunked\r\n");
  CHECK(status_of(site.connect().send(chunks + chunked("0123456789", 4)).read_message()) == 200);
  CHECK(status_of(site.connect().send(chunks + chunked("0123456789a", 4)).read_message()) == 413);
}

TEST_CASE("without buffering a body passes as it comes") {
  Mirror site(Json{{"enabled", false}, {"max_request_size", 3}});
  const std::string seen =
      body_of(site.connect().send(post("Transfer-Encoding: chunked\r\n") + chunked("0123456789", 4)).read_message());
  CHECK_THAT(seen, Contains("Transfer-Encoding: chunked\r\n") && !Contains("Content-Length"));
}

}  // namespace penstock::router::test
