#include "runtime/router/upstream/fastcgi_codec.h"
#include "runtime/router/upstream/fastcgi_records.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <fstream>
#include <map>

namespace penstock::router::test {

using Catch::Contains;
using fastcgi::RecordType;
using penstock::test::eventually;
namespace fs = std::filesystem;

namespace {

std::string record(RecordType type, const std::string& content, std::size_t padding = 0) {
  auto header = fastcgi::record_header(type, content.size());
  header[6] = static_cast<char>(padding);
  return std::string(header.data(), header.size()) + content + std::string(padding, '\0');
}

std::string answer(const std::string& output, std::size_t padding = 0) {
  return record(RecordType::Stdout, output, padding) + record(RecordType::Stdout, "") +
         record(RecordType::EndRequest, std::string(8, '\0'));
}

struct FastCgiRequest {
  std::map<std::string, std::string> variables;
  std::string body;
};

std::size_t take_length(std::string& bytes) {
  const auto first = static_cast<unsigned char>(bytes.at(0));
  const std::size_t size = first < 0x80 ? 1 : 4;
  std::size_t length = first & 0x7f;
  for (std::size_t i = 1; i < size; ++i) length = length << 8 | static_cast<unsigned char>(bytes.at(i));
  bytes.erase(0, size);
  return length;
}

std::map<std::string, std::string> variables_of(std::string bytes) {
  std::map<std::string, std::string> variables;
  while (!bytes.empty()) {
    const std::size_t name = take_length(bytes);
    const std::size_t value = take_length(bytes);
    variables[bytes.substr(0, name)] = bytes.substr(name, value);
    bytes.erase(0, name + value);
  }
  return variables;
}

// Reads the records of a whole request; none when the connection ends first.
std::optional<FastCgiRequest> read_request(Client& client) {
  FastCgiRequest request;
  std::string params;
  while (true) {
    const std::string header = client.read_bytes(8);
    if (header.size() < 8) return std::nullopt;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(header[at]); };
    const std::string content = client.read_bytes(static_cast<std::size_t>(byte(4) << 8 | byte(5)));
    client.read_bytes(byte(6));
    switch (static_cast<RecordType>(header[1])) {
      case RecordType::Params:
        params += content;
        break;
      case RecordType::Stdin:
        if (content.empty()) {
          request.variables = variables_of(params);
          return request;
        }
        request.body += content;
        break;
      default:
        break;
    }
  }
}

// An artifact with scripts and files, and what would run them.
class PhpSite {
 public:
  using Answer = std::function<std::string(const FastCgiRequest& request)>;

  explicit PhpSite(
      Answer answers = [](const FastCgiRequest& request) { return answer(shown(request)); },
      const Json& locations =
          {{"/", {{"root", "web"}, {"index", {"index.php"}}, {"scripts", true}, {"passthru", "/index.php"}}}})
      : upstream_([answers = std::move(answers)](Client& client) {
          while (const auto request = read_request(client)) client.send(answers(*request));
        }) {
    for (const char* name : {"index.php", "tool.php", "admin/index.php", "style.css", "OLD.PHP", "files/upload.php"}) {
      fs::create_directories((artifact() / "web" / name).parent_path());
      std::ofstream(artifact() / "web" / name) << "<?php secret";
    }
    Json entry = environment("site.test", {upstream_.address()});
    entry["upstreams"]["app"].update(
        {{"protocol", "fastcgi"}, {"directory", "/app"}, {"root", artifact().string()}, {"locations", locations}});
    CHECK(router_.control({{"op", "put"}, {"environment", entry}})["dropped"].empty());
  }

  std::string get(const std::string& path, const std::string& fields = "") {
    return test::get(router_.port(), "site.test", path, fields);
  }
  std::string send(const std::string& request) { return Client(router_.port()).send(request).read_to_end(); }
  int port() const { return router_.port(); }
  int connections() const { return upstream_.connections(); }

 private:
  static std::string shown(const FastCgiRequest& request) {
    std::string text = "Content-Type: text/plain\r\n\r\n";
    for (const auto& [name, value] : request.variables) text += name + "=" + value + "\n";
    const std::size_t size = request.body.size();
    return text + "body=" + std::to_string(size) + ":" + request.body.substr(size < 5 ? 0 : size - 5);
  }
  fs::path artifact() const { return root_.path() / "artifact"; }

  TemporaryDirectory root_;
  Upstream upstream_;
  RunningRouter router_;
};

std::string script_of(const std::string& response) {
  const std::size_t at = response.find("SCRIPT_FILENAME=");
  return at == std::string::npos ? "" : response.substr(at + 16, response.find('\n', at) - at - 16);
}

}  // namespace

TEST_CASE("PHP is told of a request what it expects") {
  PhpSite site;
  const std::string seen = site.get("/tool.php/a/b?c=d&e=f",
                                    "User-Agent: me\r\nProxy: evil\r\nX_Client_Ip: 6.6.6.6\r\n"
                                    "My_Own: forged\r\nMy-Own: mine\r\n");
  for (const char* line :
       {"SCRIPT_FILENAME=/app/web/tool.php\n", "SCRIPT_NAME=/tool.php\n", "PATH_INFO=/a/b\n",
        "DOCUMENT_ROOT=/app/web\n", "REQUEST_URI=/tool.php/a/b?c=d&e=f\n", "QUERY_STRING=c=d&e=f\n",
        "REQUEST_METHOD=GET\n", "REMOTE_ADDR=127.0.0.1\n", "SERVER_NAME=site.test\n", "SERVER_PORT=80\n",
        "SERVER_PROTOCOL=HTTP/1.1\n", "HTTP_HOST=site.test\n", "HTTP_USER_AGENT=me\n", "HTTP_MY_OWN=mine\n",
        "HTTP_X_CLIENT_IP=127.0.0.1\n", "REDIRECT_STATUS=200\n"}) {
    CHECK_THAT(seen, Contains(line));
  }
  CHECK_THAT(seen, !Contains("evil") && !Contains("6.6.6.6") && !Contains("forged") && !Contains("HTTPS="));
}

TEST_CASE("scripts run, other paths lead to the front controller, files are served, and sources are not") {
  PhpSite site;
  CHECK(script_of(site.get("/")) == "/app/web/index.php");
  CHECK(script_of(site.get("/tool.php")) == "/app/web/tool.php");
  CHECK(script_of(site.get("/admin/")) == "/app/web/admin/index.php");
  CHECK(status_of(site.get("/admin")) == 301);
  CHECK(script_of(site.get("/no/such/page")) == "/app/web/index.php");
  CHECK(script_of(site.get("/missing.php")) == "/app/web/index.php");
  CHECK(script_of(site.get("/style.css/tool.php")) == "/app/web/index.php");
  CHECK(body_of(site.get("/style.css")) == "<?php secret");
  CHECK(script_of(site.get("/OLD.PHP")) == "/app/web/index.php");
  for (const char* path :
       {"/tool.php.", "/tool.php%20", "/tool.php%00", "/OLD.PHP", "/%2e%2e/web/tool.php", "/tool.ph%70"}) {
    CHECK_THAT(site.get(path), !Contains("<?php"));
  }
}

TEST_CASE("where scripts are off, none runs and none is shown, but for the front controller") {
  PhpSite site(
      [](const FastCgiRequest& request) { return answer("X: y\n\n" + request.variables.at("SCRIPT_FILENAME")); },
      {{"/", {{"root", "web"}, {"scripts", true}}},
       {"/files", {{"root", "web/files"}, {"scripts", false}}},
       {"/shop", {{"root", "web"}, {"scripts", false}, {"passthru", "/shop/index.php"}}}});
  CHECK(status_of(site.get("/files/upload.php")) == 403);
  CHECK(status_of(site.get("/files/upload.php/x")) == 404);
  CHECK(body_of(site.get("/shop/anything")) == "12\r\n/app/web/index.php\r\n0\r\n\r\n");
  CHECK(status_of(site.get("/nothing")) == 404);
}

TEST_CASE("a body reaches the script in whatever pieces it comes, and always with its length") {
  PhpSite site;
  std::string large(300'000, 'x');
  large += "end";
  const std::string head = "POST /tool.php HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n";
  const std::string response =
      site.send(head + "Content-Type: a/b\r\nContent-Length: " + std::to_string(large.size()) + "\r\n\r\n" + large);
  CHECK_THAT(response,
             Contains("CONTENT_LENGTH=300003\n") && Contains("CONTENT_TYPE=a/b\n") && Contains("body=300003:xxend"));
  CHECK_THAT(site.send(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
             Contains("CONTENT_LENGTH=3\n") && Contains("body=3:abc"));
}

TEST_CASE("a body of unknown length is collected for a script whatever the location says, up to its bound") {
  PhpSite site(
      [](const FastCgiRequest& request) {
        return answer("X: y\r\n\r\n" + request.variables.at("CONTENT_LENGTH") + ":" + request.body);
      },
      {{"/",
        {{"root", "web"}, {"scripts", true}, {"request_buffering", {{"enabled", false}, {"max_request_size", 10}}}}}});
  const std::string head =
      "POST /tool.php HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK_THAT(site.send(head + "3\r\nabc\r\n0\r\n\r\n"), Contains("3:abc"));
  CHECK(status_of(site.send(head + "b\r\nabcdefghijk\r\n0\r\n\r\n")) == 413);
}

TEST_CASE("a script says status, fields and length, in lines that end as CGI allows") {
  PhpSite site([](const FastCgiRequest& request) {
    const std::string& uri = request.variables.at("REQUEST_URI");
    if (uri == "/teapot") return answer("Status: 418 I'm a teapot\r\nX-A: 1\r\nContent-Length: 3\r\n\r\ntea", 5);
    if (uri == "/moved") return answer("Location: /there\n\n");
    if (uri == "/errors") return record(RecordType::Stderr, "PHP Warning:\nx") + answer("X-A: 1\r\n\r\nok");
    if (uri == "/interim") return answer("Status: 103 x\r\n\r\n");
    return answer("Bad Name: 1\r\n\r\n");
  });
  const std::string teapot = site.get("/teapot");
  CHECK_THAT(teapot,
             Contains("HTTP/1.1 418 I'm a teapot\r\n") && Contains("Content-Length: 3\r\n") && Contains("\r\n\r\ntea"));
  CHECK_THAT(teapot, !Contains("Status:"));
  CHECK_THAT(site.get("/moved"), Contains("HTTP/1.1 302") && Contains("Location: /there\r\n"));
  CHECK(status_of(site.get("/errors")) == 200);
  CHECK(status_of(site.get("/interim")) == 502);
  CHECK(status_of(site.get("/bad")) == 502);
}

TEST_CASE("a process of PHP is free for another connection as soon as it has answered") {
  PhpSite site([](const FastCgiRequest& request) {
    if (request.variables.at("REQUEST_URI") == "/overloaded") {
      return record(RecordType::EndRequest, std::string("\0\0\0\0\2\0\0\0", 8));
    }
    return answer("X-A: 1\r\n\r\nok");
  });
  Client client(site.port());
  const auto ask = [&](const std::string& path) {
    return status_of(client.send("GET " + path + " HTTP/1.1\r\nHost: site.test\r\n\r\n").read_message());
  };
  for (int i = 0; i < 3; ++i) CHECK(ask("/") == 200);
  CHECK(site.connections() == 3);
  CHECK(ask("/overloaded") == 502);
  CHECK(status_of(site.get("/")) == 200);
  CHECK(site.connections() == 5);
}

TEST_CASE("an answer is read the same, wherever its records and its reads are cut") {
  const std::string head = "Status: 201 Made\r\nX-A: 1\r\n\r\n";
  const std::string whole = record(RecordType::Stdout, head.substr(0, 20), 3) + record(RecordType::Stderr, "oops") +
                            record(RecordType::Stdout, head.substr(20) + "bo") + record(RecordType::Stdout, "dy", 7) +
                            record(RecordType::Stdout, "") + record(RecordType::EndRequest, std::string(8, '\0'));
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    FastCgiCodec codec{Script{}};
    ResponseHead response;
    std::string body;
    bool in_body = false;
    bool done = false;
    for (const std::string& part : {whole.substr(0, cut), whole.substr(cut)}) {
      std::string_view bytes = part;
      if (!in_body) {
        const auto result = codec.decode_head(bytes, response);
        REQUIRE(result != UpstreamCodec::HeadResult::Malformed);
        in_body = result == UpstreamCodec::HeadResult::Complete;
        if (in_body) CHECK((response.status == 201 && response.reason == "Made" && response.fields.size() == 1));
      }
      while (in_body && !bytes.empty() && !done) {
        Pieces pieces;
        const auto result = codec.decode_body(bytes, pieces);
        REQUIRE(result != UpstreamCodec::BodyResult::Malformed);
        done = result == UpstreamCodec::BodyResult::Done;
        for (const std::string_view piece : pieces.all()) body += piece;
      }
    }
    CHECK(done);
    CHECK(body == "body");
  }
}

TEST_CASE("variables of more than one record arrive whole") {
  std::string out;
  fastcgi::ParameterWriter writer(out);
  const std::string long_value(150'000, 'v');
  writer.add("LONG", long_value);
  writer.add("SHORT", "s");
  writer.finish();
  fastcgi::RecordReader reader;
  std::string_view bytes = out;
  std::string content;
  while (const auto piece = reader.next(bytes)) content += piece->content;
  CHECK_FALSE(reader.malformed());
  CHECK(variables_of(content) == std::map<std::string, std::string>{{"LONG", long_value}, {"SHORT", "s"}});
}

namespace {

Fd listen_on(const fs::path& path) {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(fd.get(), 8) == 0);
  return fd;
}

}  // namespace

TEST_CASE("an application is reached on a unix socket, and never on one that a link leads to") {
  const TemporaryDirectory directory;
  const Fd listener = listen_on(directory.path() / "app.sock");
  std::jthread application([&] {
    Client client(Fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)));
    while (!client.read_message().empty()) client.send(ok("from the socket"));
  });
  RunningRouter router;
  router.serve("site.test", {"unix:" + (directory.path() / "app.sock").string()});
  CHECK(body_of(get(router.port(), "site.test", "/")) == "from the socket");

  const fs::path link = directory.path() / "link.sock";
  fs::create_symlink(directory.path() / "app.sock", link);
  std::ofstream(directory.path() / "file.sock") << "no socket";
  for (const char* name : {"link.sock", "file.sock", "none.sock"}) {
    router.serve("site.test", {"unix:" + (directory.path() / name).string()});
    CHECK(status_of(get(router.port(), "site.test", "/")) == 502);
  }
}

}  // namespace penstock::router::test
