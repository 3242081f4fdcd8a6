#include "runtime/router/files/file_response.h"
#include "runtime/router/http/content_type.h"
#include "runtime/router/http/path.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <fstream>

namespace penstock::router::test {

using Catch::Contains;
namespace fs = std::filesystem;

namespace {

// A router that serves an artifact with some files by `locations`.
class Site {
 public:
  explicit Site(const Json& locations) {
    write("public/index.html", "<p>home</p>");
    write("public/style.css", "body{}");
    write("public/docs/index.html", "docs");
    write("public/empty.txt", "");
    write("public/app.php", "<?php secret();");
    write("secret.txt", "secret");
    write("outside.txt", "outside");
    fs::create_directories(artifact() / "public/images");
    fs::create_symlink("../secret.txt", artifact() / "public/inside");
    fs::create_symlink(root_.path() / "outside.txt", artifact() / "public/absolute");
    fs::create_symlink("../../outside.txt", artifact() / "public/escape");
    fs::rename(artifact() / "outside.txt", root_.path() / "outside.txt");
    ::mkfifo((artifact() / "public/pipe").c_str(), 0644);
    Json entry = environment("site.test", {upstream_->address()});
    entry["upstreams"]["app"]["root"] = artifact();
    entry["upstreams"]["app"]["locations"] = locations;
    reply_ = router_.control({{"op", "put"}, {"environment", entry}});
  }

  std::string get(const std::string& path, const std::string& fields = "") {
    return test::get(router_.port(), "site.test", path, fields);
  }
  std::string send(const std::string& request) { return Client(router_.port()).send(request).read_to_end(); }
  int port() const { return router_.port(); }
  const Json& reply() const { return reply_; }
  fs::path artifact() const { return root_.path() / "0123456789abcdef"; }
  void write(const std::string& name, const std::string& content) {
    fs::create_directories((artifact() / name).parent_path());
    std::ofstream(artifact() / name) << content;
  }

 private:
  TemporaryDirectory root_;
  std::unique_ptr<Upstream> upstream_ = Upstream::answering(
      [](const std::string& request) { return ok("app:" + request.substr(0, request.find(" HTTP"))); });
  RunningRouter router_;
  Json reply_;
};

const Json kStatic = {{"/", {{"root", "public"}, {"index", {"index.html"}}}}};

}  // namespace

TEST_CASE("an artifact in the place of another is seen with the next table") {
  const TemporaryDirectory parent;
  const auto artifact = parent.path() / "artifact";
  const auto make = [&](const std::string& content) {
    fs::create_directories(artifact);
    std::ofstream(artifact / "a.txt") << content;
  };
  const Json served = {
      {"upstreams", {{"app", {{"root", artifact}, {"locations", {{"/", {{"root", ""}, {"allow", true}}}}}}}}}};
  make("old");
  RunningRouter router;
  router.serve("site.test", {}, served);
  CHECK(body_of(get(router.port(), "site.test", "/a.txt")) == "old");
  fs::rename(artifact, parent.path() / "former");
  make("new");
  router.serve("site.test", {}, served);
  CHECK(body_of(get(router.port(), "site.test", "/a.txt")) == "new");
}

TEST_CASE("files are served from the artifact with their type, time and tag") {
  Site site(kStatic);
  const std::string css = site.get("/style.css");
  CHECK(status_of(css) == 200);
  CHECK(body_of(css) == "body{}");
  CHECK_THAT(css, Contains("Content-Type: text/css; charset=utf-8\r\n") && Contains("Content-Length: 6\r\n") &&
                      Contains("ETag: \"0123456789abcdef-") && Contains("Last-Modified: ") && Contains(" GMT\r\n"));
  CHECK(body_of(site.get("/")) == "<p>home</p>");
  CHECK(body_of(site.get("/docs/")) == "docs");
  CHECK_THAT(site.get("/docs?x"), Contains("301 Moved") && Contains("Location: /docs/?x\r\n"));
  CHECK_THAT(site.get("//docs"), Contains("Location: /docs/\r\n"));
  CHECK(status_of(site.get("/empty.txt")) == 200);
  CHECK(status_of(site.get("/missing")) == 404);
  CHECK(status_of(site.get("/images/")) == 404);
  CHECK(status_of(site.get("/pipe")) == 404);
}

TEST_CASE("nothing outside the artifact can be reached") {
  Site site(kStatic);
  CHECK(body_of(site.get("/inside")) == "secret");
  for (const std::string path :
       {"/absolute", "/escape", "/../secret.txt", "/%2e%2e/secret.txt", "/docs/../../secret.txt"}) {
    const int status = status_of(site.get(path));
    CHECK((status == 404 || status == 400));
  }
}

TEST_CASE("several files and methods share one connection") {
  Site site(kStatic);
  Client client(site.port());
  for (int i = 0; i < 3; ++i) {
    CHECK(body_of(client.send("GET /style.css HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) == "body{}");
  }
  CHECK_THAT(client.send("HEAD / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message(true),
             Contains("Content-Length: 11"));
  CHECK(status_of(client.send("DELETE / HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message()) == 405);
}

TEST_CASE("what the client has is not sent again") {
  Site site(kStatic);
  const std::string first = site.get("/style.css");
  const auto value = [&](const std::string& name) {
    const std::size_t at = first.find(name + ": ") + name.size() + 2;
    return first.substr(at, first.find("\r\n", at) - at);
  };
  CHECK(status_of(site.get("/style.css", "If-None-Match: \"x\", W/" + value("ETag") + "\r\n")) == 304);
  CHECK(status_of(site.get("/style.css", "If-None-Match: \"x\"\r\n")) == 200);
  CHECK(status_of(site.get("/style.css", "If-Modified-Since: " + value("Last-Modified") + "\r\n")) == 304);
  const std::string part = site.get("/style.css", "Range: bytes=1-3\r\nIf-Range: " + value("ETag") + "\r\n");
  CHECK(status_of(part) == 206);
  CHECK(body_of(part) == "ody");
  CHECK_THAT(part, Contains("Content-Range: bytes 1-3/6"));
  CHECK(status_of(site.get("/style.css", "Range: bytes=1-3\r\nIf-Range: \"other\"\r\n")) == 200);
  CHECK(status_of(site.get("/style.css", "Range: bytes=9-\r\n")) == 416);
}

TEST_CASE("a large file arrives whole at a slow client") {
  Site site(kStatic);
  std::string large(std::size_t{6} << 20, 'x');
  for (std::size_t i = 0; i < large.size(); i += 1000) large[i] = static_cast<char>('a' + i / 1000 % 26);
  site.write("public/large.bin", large);
  CHECK((body_of(site.get("/large.bin")) == large));
}

TEST_CASE("what is not a file goes to the application where the location says so") {
  Site site(Json{{"/", {{"root", "public"}, {"passthru", true}}}});
  CHECK(body_of(site.get("/style.css")) == "body{}");
  CHECK(body_of(site.get("/missing?q")) == "app:GET /missing?q");
  CHECK(body_of(site.get("/")) == "app:GET /");
  const std::string post =
      "POST /style.css HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  CHECK(body_of(site.send(post)) == "app:POST /style.css");
}

TEST_CASE("a front controller is a file or the application") {
  Site page(Json{{"/", {{"root", "public"}, {"passthru", "/index.html"}}}});
  CHECK(body_of(page.get("/any/route")) == "<p>home</p>");
  Site php(Json{{"/", {{"root", "public"}, {"passthru", "/app.php"}, {"scripts", true}}}});
  CHECK(body_of(php.get("/any/route")) == "app:GET /any/route");
  CHECK(body_of(php.get("/app.php")) == "app:GET /app.php");
}

TEST_CASE("rules override their location, and the longest location wins") {
  Site site(
      Json{{"/",
            {{"root", "public"},
             {"allow", false},
             {"headers", {{"X-From", "location"}}},
             {"rules",
              {{"\\.css$", {{"allow", true}, {"expires", "2h"}}},
               {"^/docs/", {{"allow", true}, {"headers", {{"X-From", "rule"}, {"Cache-Control", "no-store"}}}}}}}}},
           {"/docs", {{"root", "public/docs"}, {"index", {"index.html"}}, {"expires", 60}}}});
  REQUIRE(site.reply()["dropped"].empty());
  CHECK(status_of(site.get("/index.html")) == 403);
  CHECK_THAT(site.get("/style.css"), Contains("Cache-Control: max-age=7200") && Contains("X-From: location"));
  CHECK_THAT(site.get("/docs/"), Contains("docs") && Contains("Cache-Control: max-age=60"));
}

TEST_CASE("a location that cannot be used is dropped with the reason") {
  Site site(Json{{"/", {{"root", "public"}, {"rules", {{"(", Json::object()}}}}}});
  CHECK_THAT(site.reply()["dropped"].dump(), Contains("cannot use regular expression"));
}

TEST_CASE("ranges are read as RFC 9110 says") {
  const auto read = [](const std::string& field) {
    ByteRange range;
    const RangeResult result = parse_range(field, 10, range);
    return result == RangeResult::Part ? std::to_string(range.first) + "-" + std::to_string(range.last)
                                       : (result == RangeResult::Whole ? "whole" : "none");
  };
  CHECK(read("bytes=0-0") == "0-0");
  CHECK(read("bytes=5-") == "5-9");
  CHECK(read("bytes=-3") == "7-9");
  CHECK(read("bytes=-30") == "0-9");
  CHECK(read("bytes=3-99") == "3-9");
  CHECK(read("bytes=10-") == "none");
  CHECK(read("bytes=-0") == "none");
  for (const std::string odd : {"bytes=", "bytes=-", "bytes=3-1", "bytes=1-2,4-5", "lines=1-2", "bytes=a-b"}) {
    CHECK(read(odd) == "whole");
  }
}

TEST_CASE("paths are normalized before they name anything") {
  std::string buffer;
  const auto normal = [&](std::string_view path) {
    return std::string(normalize_path(path, buffer).value_or("refused"));
  };
  CHECK(normal("/") == "/");
  CHECK(normal("/a/b.html") == "/a/b.html");
  CHECK(normal("/a%20b") == "/a b");
  CHECK(normal("//a///b/") == "/a/b/");
  CHECK(normal("/a/./b/../c") == "/a/c");
  CHECK(normal("/a/..") == "/");
  CHECK(normal("/a%2f..%2fb") == "/b");
  CHECK(normal("/.well-known/x") == "/.well-known/x");
  CHECK(normal("/..") == "refused");
  CHECK(normal("/a/%2e%2e/%2e%2e/b") == "refused");
  CHECK(normal("/%") == "refused");
  CHECK(normal("/%4") == "refused");
}

TEST_CASE("types of files are told by their endings") {
  CHECK(content_type_of("/a.b/INDEX.HTML") == "text/html; charset=utf-8");
  CHECK(content_type_of("/x.woff2") == "font/woff2");
  CHECK(content_type_of("/a.js/none") == "application/octet-stream");
}

}  // namespace penstock::router::test
