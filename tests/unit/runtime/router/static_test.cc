#include "runtime/router/http/content_type.h"
#include "runtime/router/http/path.h"
#include "unit/runtime/router/decoding.h"
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
  explicit Site(const Json& locations, const Json& mounts = Json::object()) {
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
    entry["upstreams"]["app"]["mounts"] = mounts;
    reply_ = router_.control({{"op", "put"}, {"environment", entry}});
  }

  std::string get(const std::string& path, const std::string& fields = "") {
    return test::get(router_.port(), "site.test", path, fields);
  }
  std::string send(const std::string& request) { return Client(router_.port()).send(request).read_to_end(); }
  int port() const { return router_.port(); }
  void remove() { router_.control({{"op", "remove"}, {"environment", "env"}}); }
  const Json& reply() const { return reply_; }
  fs::path artifact() const { return root_.path() / "0123456789abcdef"; }
  void write(const std::string& name, const std::string& content) {
    fs::create_directories((artifact() / name).parent_path());
    std::ofstream(artifact() / name) << content;
  }

 private:
  // What one request leaves in memory, the next finds.
  static Settings one_thread() {
    Settings settings;
    settings.threads = 1;
    return settings;
  }

  TemporaryDirectory root_;
  std::unique_ptr<Upstream> upstream_ = Upstream::answering(
      [](const std::string& request) { return ok("app:" + request.substr(0, request.find(" HTTP"))); });
  RunningRouter router_{one_thread()};
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

TEST_CASE("dates in conditions are compared, not spelled") {
  Site site(kStatic);
  CHECK(status_of(site.get("/style.css", "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT\r\n")) == 304);
  CHECK(status_of(site.get("/style.css", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n")) == 200);
  CHECK(status_of(site.get("/style.css", "If-Unmodified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n")) == 412);
  CHECK(status_of(site.get("/style.css", "If-Match: \"x\"\r\n")) == 412);
}

TEST_CASE("several ranges are parts of one answer") {
  Site site(kStatic);
  const std::string parts = site.get("/style.css", "Range: bytes=0-1,-2\r\n");
  CHECK(status_of(parts) == 206);
  const std::size_t at = parts.find("boundary=") + 9;
  const std::string boundary = parts.substr(at, parts.find("\r\n", at) - at);
  const std::string type = "Content-Type: text/css; charset=utf-8\r\nContent-Range: bytes ";
  CHECK(body_of(parts) == "\r\n--" + boundary + "\r\n" + type + "0-1/6\r\n\r\nbo\r\n--" + boundary + "\r\n" + type +
                              "4-5/6\r\n\r\n{}\r\n--" + boundary + "--\r\n");
  CHECK_THAT(parts, Contains("Content-Length: " + std::to_string(body_of(parts).size()) + "\r\n"));
}

TEST_CASE("files that may be kept are compressed for those who take it") {
  Site site(Json{{"/", {{"root", "public"}, {"expires", "1h"}}}});
  const std::string text(2000, 'x');
  std::string large;
  for (int i = 0; i < 60'000; ++i) large += "line " + std::to_string(i) + "\n";
  site.write("public/page.html", text);
  site.write("public/large.js", large);
  site.write("public/image.png", text);
  for (int i = 0; i < 2; ++i) {
    for (const std::string coding : {"gzip", "br"}) {
      const std::string page = site.get("/page.html", "Accept-Encoding: " + coding + "\r\n");
      CHECK_THAT(page, Contains("Content-Encoding: " + coding + "\r\n") && Contains("Vary: Accept-Encoding\r\n") &&
                           Contains("ETag: W/\""));
      CHECK(decode(coding, body_of(page)) == text);
      Client client(site.port());
      const std::string script =
          client.send("GET /large.js HTTP/1.0\r\nHost: site.test\r\nAccept-Encoding: " + coding + "\r\n\r\n")
              .read_to_end();
      CHECK((decode(coding, body_of(script)) == large));
    }
  }
  CHECK_THAT(site.get("/large.js", "Accept-Encoding: br\r\n").substr(0, 400), Contains("Content-Length: "));
  const std::string plain = site.get("/page.html");
  CHECK_THAT(plain, !Contains("Content-Encoding") && Contains("Vary: Accept-Encoding\r\n") && Contains("ETag: \""));
  CHECK_THAT(site.get("/image.png", "Accept-Encoding: br\r\n"), !Contains("Content-Encoding") && !Contains("Vary"));
  CHECK_THAT(site.get("/style.css", "Accept-Encoding: br\r\n"), !Contains("Content-Encoding"));
  const std::string part = site.get("/page.html", "Accept-Encoding: br\r\nRange: bytes=0-2\r\n");
  CHECK_THAT(part, Contains("206 Partial") && !Contains("Content-Encoding"));
  CHECK(body_of(part) == "xxx");
}

TEST_CASE("what is compressed and not changed is not sent again") {
  Site site(Json{{"/", {{"root", "public"}, {"expires", "1h"}}}});
  site.write("public/page.html", std::string(2000, 'x'));
  const std::string first = site.get("/page.html", "Accept-Encoding: br\r\n");
  const std::size_t at = first.find("ETag: ") + 6;
  const std::string etag = first.substr(at, first.find("\r\n", at) - at);
  CHECK(status_of(site.get("/page.html", "Accept-Encoding: br\r\nIf-None-Match: " + etag + "\r\n")) == 304);
  CHECK(status_of(site.get("/page.html", "If-None-Match: " + etag + "\r\n")) == 304);
}

TEST_CASE("files that must not be kept or changed are not compressed") {
  const std::string text(2000, 'x');
  Site plain(kStatic);
  plain.write("public/page.html", text);
  CHECK(body_of(plain.get("/page.html", "Accept-Encoding: br\r\n")) == text);
  Site fixed(Json{
      {"/", {{"root", "public"}, {"expires", "1h"}, {"headers", {{"Cache-Control", "max-age=9, no-transform"}}}}}});
  fixed.write("public/page.html", text);
  CHECK(body_of(fixed.get("/page.html", "Accept-Encoding: br\r\n")) == text);
}

TEST_CASE("what lies compressed beside a file is sent in its place") {
  Site site(kStatic);
  site.write("public/app.js", "plain");
  site.write("public/app.js.gz", "as gzip");
  site.write("public/app.js.br", "as brotli");
  site.write("public/other.js", "other");
  site.write("public/other.js.gz", "other as gzip");
  const auto get = [&](const std::string& path, const std::string& accept) {
    return site.get(path, "Accept-Encoding: " + accept + "\r\n");
  };
  CHECK_THAT(get("/app.js", "gzip, br"), Contains("Content-Encoding: br\r\n") && Contains("as brotli") &&
                                             Contains("text/javascript") && Contains("Vary: Accept-Encoding\r\n"));
  CHECK_THAT(get("/app.js", "gzip"), Contains("Content-Encoding: gzip\r\n") && Contains("as gzip"));
  CHECK(body_of(get("/app.js", "deflate")) == "plain");
  CHECK(body_of(get("/other.js", "br, gzip;q=0.5")) == "other as gzip");
  CHECK(body_of(get("/other.js", "br")) == "other");
}

TEST_CASE("what is in a mount hides the artifact and is served as it is now") {
  TemporaryDirectory mount;
  std::ofstream(mount.path() / "a.txt") << "first";
  fs::create_directory(mount.path() / "sub");
  std::ofstream(mount.path() / "sub/index.html") << "sub";
  fs::create_symlink("/etc/passwd", mount.path() / "absolute");
  fs::create_symlink("../../../../../../etc/passwd", mount.path() / "escape");
  Site site(kStatic, Json{{"public/uploads", mount.path()}});
  site.write("public/uploads/hidden.txt", "hidden");
  site.write("public/uploadsnot.txt", "beside");
  CHECK(body_of(site.get("/uploads/a.txt")) == "first");
  CHECK(body_of(site.get("/uploads/sub/")) == "sub");
  CHECK(body_of(site.get("/uploadsnot.txt")) == "beside");
  for (const std::string path : {"/uploads/hidden.txt", "/uploads/absolute", "/uploads/escape", "/uploads/../../x"}) {
    CHECK(status_of(site.get(path)) >= 400);
  }
  const std::string before = site.get("/uploads/a.txt");
  std::ofstream(mount.path() / "a.txt") << "second";
  const std::string after = site.get("/uploads/a.txt");
  CHECK(body_of(after) == "second");
  CHECK(before.substr(before.find("ETag")) != after.substr(after.find("ETag")));
}

TEST_CASE("an artifact that no environment serves any more is let go") {
  Site site(kStatic);
  site.write("public/large.bin", std::string(100'000, 'x'));
  CHECK(status_of(site.get("/large.bin")) == 200);
  const auto open_files = [&] {
    int count = 0;
    for (const auto& fd : fs::directory_iterator("/proc/self/fd")) {
      std::error_code error;
      count += fs::read_symlink(fd, error).string().starts_with(site.artifact().string()) ? 1 : 0;
    }
    return count;
  };
  CHECK(open_files() > 0);
  site.remove();
  CHECK(open_files() == 0);
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
  const std::string docs = site.get("/docs/");
  CHECK_THAT(docs, Contains("docs") && Contains("Cache-Control: max-age=60") && Contains("Expires: "));
}

TEST_CASE("a location that cannot be used is dropped with the reason") {
  Site site(Json{{"/", {{"root", "public"}, {"rules", {{"(", Json::object()}}}}}});
  CHECK_THAT(site.reply()["dropped"].dump(), Contains("cannot use regular expression"));
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
