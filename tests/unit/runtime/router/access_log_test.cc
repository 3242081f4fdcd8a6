#include "runtime/router/access_log/access_log_writer.h"
#include "support/eventually.h"
#include "unit/runtime/router/http2_client.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <regex>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

namespace fs = std::filesystem;

Settings one_loop() {
  Settings settings;
  settings.threads = 1;
  return settings;
}

// A site whose requests are logged.
struct LoggedSite {
  explicit LoggedSite(const std::string& format, const Json& more = Json::object()) {
    std::ofstream(file).flush();
    Json entry = {{"access_log", {{"file", file}, {"format", format}}}, {"release", "r1"}};
    entry.merge_patch(more);
    router.serve("site.test", {upstream->address()}, entry);
  }

  // All lines, once there are as many.
  std::vector<std::string> lines(std::size_t count) const {
    std::vector<std::string> lines;
    eventually([&] {
      lines.clear();
      std::ifstream in(file);
      for (std::string line; std::getline(in, line);) lines.push_back(line);
      return lines.size() >= count;
    });
    return lines;
  }

  TemporaryDirectory directory;
  fs::path file = directory.path() / "access.log";
  std::unique_ptr<Upstream> upstream =
      Upstream::answering([](const std::string&) { return ok("12345", "X-Request-Id: of-the-application\r\n"); });
  RunningRouter router{one_loop()};  // whose lines are in order
};

AccessLogWriter::Batch batch(const fs::path& file, const std::string& text, std::uint64_t max_bytes = 1000) {
  return {.environment = "env", .log = {.file = file, .max_bytes = max_bytes, .kept = 2}, .text = text, .lines = 1};
}

}  // namespace

TEST_CASE("an access log has a line for each request, in the combined format") {
  const LoggedSite site("combined");
  get(site.router.port(), "site.test", "/page?x=1", "User-Agent: me \"and\" \\you\r\nReferer: http://other.test/\r\n");
  get(site.router.port(), "unknown.test", "/");
  Client(site.router.port()).send("HEAD / HTTP/1.0\r\nHost: site.test\r\n\r\n").read_to_end();
  const auto lines = site.lines(2);
  REQUIRE(lines.size() == 2);
  CHECK(std::regex_match(lines[0], std::regex(R"re(127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}(:\d\d){3} \+0000\] )re"
                                              R"re("GET /page\?x=1 HTTP/1\.1" 200 5 "http://other\.test/" )re"
                                              R"re("me \\"and\\" \\\\you")re")));
  CHECK_THAT(lines[1], Contains("\"HEAD / HTTP/1.0\" 200 0 \"-\" \"-\""));
}

TEST_CASE("an access log as JSON says also how long what took, for which release, and the request's id") {
  const LoggedSite site("json");
  get(site.router.port(), "site.test", "/page?x=1", "User-Agent: \xff\r\nX-Request-Id: id-1\r\n");
  const auto lines = site.lines(1);
  REQUIRE(lines.size() == 1);
  const Json line = Json::parse(lines[0]);
  CHECK(line["client_ip"] == "127.0.0.1");
  CHECK(line["method"] == "GET");
  CHECK(line["host"] == "site.test");
  CHECK(line["target"] == "/page?x=1");
  CHECK(line["protocol"] == "HTTP/1.1");
  CHECK(line["status"] == 200);
  CHECK(line["bytes"] == 5);
  CHECK(line["release"] == "r1");
  CHECK(line["request_id"] == "id-1");
  CHECK(line["user_agent"] == "\xef\xbf\xbd");
  CHECK(line["time"].get<std::string>().ends_with("+00:00"));
  CHECK(line["duration_s"].get<double>() >= line["upstream_s"].get<double>());
  CHECK(line["held_s"] == 0.0);
  CHECK_FALSE(line.contains("referrer"));
}

TEST_CASE("an access log says how long a request was held, and what became of it then") {
  LoggedSite site("json", {{"hold", {{"active", true}}}});
  Client client(site.router.port());
  client.send("GET /held HTTP/1.1\r\nHost: site.test\r\n\r\n");
  REQUIRE(eventually([&] { return site.router.report("env")["waiting"] == 1; }));
  Client(site.router.port()).send("POST / HTTP/1.0\r\nHost: site.test\r\nContent-Length: 0\r\n\r\n").read_to_end();
  REQUIRE(eventually([&] { return site.router.report("env")["refused"] == 1; }));
  site.router.serve("site.test", {site.upstream->address()},
                    {{"access_log", {{"file", site.file}, {"format", "json"}}}, {"release", "r2"}});
  REQUIRE(status_of(client.read_message()) == 200);
  const auto lines = site.lines(2);
  REQUIRE(lines.size() >= 2);
  CHECK(Json::parse(lines[0])["status"] == 503);
  const auto held =
      std::find_if(lines.begin(), lines.end(), [](const auto& line) { return Json::parse(line)["target"] == "/held"; });
  REQUIRE(held != lines.end());
  CHECK(Json::parse(*held)["held_s"].get<double>() > 0);
  CHECK(Json::parse(*held)["release"] == "r2");
}

TEST_CASE("an access log has requests by HTTP/2, also those that their client gave up") {
  LoggedSite site("combined", {{"hold", {{"active", true}}}});
  Client connection(site.router.port());
  Http2Client client(connection);
  const auto stream = client.request("GET", "/two");
  REQUIRE(client.until([&] { return site.router.report("env")["waiting"] == 1; }));
  client.reset(stream);
  client.wait(client.request("POST", "/three"));
  const auto lines = site.lines(2);
  REQUIRE(lines.size() == 2);
  CHECK_THAT(lines[0], Contains("\"GET /two HTTP/2.0\" 499 0"));
  CHECK_THAT(lines[1], Contains("\"POST /three HTTP/2.0\" 503"));
}

TEST_CASE("an access log has no password") {
  for (const std::string format : {"combined", "json"}) {
    const LoggedSite site(format);
    get(site.router.port(), "site.test", "/", "Referer: https://me:secret@other.test/a@b\r\nAuthorization: secret\r\n");
    Client(site.router.port())
        .send("GET http://me:secret@site.test/ HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n")
        .read_to_end();
    const auto lines = site.lines(1);
    REQUIRE_FALSE(lines.empty());
    CHECK_THAT(lines[0], Contains("https://other.test/a@b"));
    for (const std::string& line : lines) CHECK_THAT(line, !Contains("secret"));
  }
}

TEST_CASE("an environment with another format than there is has no access log, and is served") {
  const LoggedSite site("xml");
  CHECK(status_of(get(site.router.port(), "site.test", "/")) == 200);
}

TEST_CASE("a full access log moves to older files and keeps its identity") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "access.log";
  std::ofstream(file).flush();
  const std::ifstream mounted(file);
  {
    AccessLogWriter writer;
    writer.start();
    for (int i = 0; i < 5; ++i) writer.submit(batch(file, std::string(600, static_cast<char>('a' + i)) + "\n"));
  }
  const auto first_of = [](const fs::path& path) {
    return std::string(1, static_cast<char>(std::ifstream(path).get()));
  };
  CHECK(first_of(file) == "e");
  CHECK(first_of(file.string() + ".1") == "d");
  CHECK(first_of(file.string() + ".2") == "c");
  CHECK_FALSE(fs::exists(file.string() + ".3"));
  CHECK(fs::file_size(file) == 601);
}

TEST_CASE("lines that the disk does not take are counted, and nobody waits for it") {
  const TemporaryDirectory directory;
  AccessLogWriter writer({.waiting_bytes = 1000, .waiting_bytes_of_one = 10});
  writer.start();
  writer.submit(batch(directory.path() / "missing" / "access.log", "x\n"));
  CHECK(eventually([&] { return writer.dropped()["env"] == 1; }));
  writer.submit(batch(directory.path() / "missing" / "access.log", "longer than the bound\n"));
  CHECK(writer.dropped()["env"] == 2);
}

}  // namespace penstock::router::test
