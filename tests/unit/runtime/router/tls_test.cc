#include "base/error.h"
#include "base/unix_socket.h"
#include "runtime/router/tls/ticket_keys.h"
#include "support/eventually.h"
#include "unit/runtime/router/tls_support.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <fstream>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

// A router that serves site.test by TLS, from an application that answers with what it was asked.
class TlsSite {
 public:
  explicit TlsSite(const Json& tls = Json::object(), Settings settings = tls_settings()) : router(std::move(settings)) {
    put_certificate("site", {"site.test"});
    serve("site.test", tls);
  }

  void serve(const std::string& host, const Json& tls, const std::string& id = "env") {
    Json entry = environment(host, {upstream->address()});
    entry["id"] = id;
    entry["routes"][0]["tls"] = tls;
    REQUIRE(router.control({{"op", "put"}, {"environment", entry}})["dropped"].empty());
  }

  void put_certificate(const std::string& id, const std::vector<std::string>& hosts) {
    const Json reply =
        router.control({{"op", "put_certificate"}, {"certificate", entry_of(id, authority.issue(hosts))}});
    REQUIRE(reply["ok"] == true);
    REQUIRE(reply["dropped"].empty());
  }

  TlsClientOptions client(const std::string& host = "site.test") const { return {.host = host, .trusted = &authority}; }
  std::string get(const TlsClientOptions& options, const std::string& fields = "") const {
    return get_by_tls(router.tls_port(), options, "/", fields);
  }

  Authority authority;
  std::unique_ptr<Upstream> upstream = Upstream::answering([](const std::string& request) { return ok(request); });
  RunningRouter router;
};

std::string request_for(const std::string& host) {
  return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

std::string served_at(const TlsSite& site, const std::string& host) {
  return TlsClient(site.router.tls_port(), {.host = host}).served_certificate();
}

}  // namespace

TEST_CASE("a site is served by TLS, and the application is told so") {
  const TlsSite site;
  const std::string response = site.get(site.client(), "X-Forwarded-Proto: http\r\n");
  CHECK(status_of(response) == 200);
  CHECK_THAT(response, Contains("X-Forwarded-Proto: https\r\n") && Contains("X-Client-SSL: on\r\n"));
  CHECK_THAT(response, !Contains("X-Forwarded-Proto: http\r\n"));
}

TEST_CASE("plain HTTP leads to TLS, whatever the client claims") {
  const TlsSite site;
  const std::string response = get(site.router.port(), "site.test", "/a?b", "X-Forwarded-Proto: https\r\n");
  CHECK(status_of(response) == 301);
  CHECK_THAT(response, Contains("Location: https://site.test/a?b\r\n"));
}

TEST_CASE("a redirect to TLS names the port of the route") {
  TlsSite site;
  Json entry = environment("site.test:8443", {site.upstream->address()});
  site.router.control({{"op", "put"}, {"environment", entry}});
  CHECK_THAT(get(site.router.port(), "site.test:8080", "/a"), Contains("Location: https://site.test:8443/a\r\n"));
}

TEST_CASE("the name that the client asks for chooses the certificate: exact, then wildcard, then the router's own") {
  TlsSite site;
  site.put_certificate("wild", {"*.wild.test"});
  site.put_certificate("exact", {"exact.wild.test"});
  CHECK(served_at(site, "site.test") == "site.test");
  CHECK(served_at(site, "SITE.test") == "site.test");
  CHECK(served_at(site, "exact.wild.test") == "exact.wild.test");
  CHECK(served_at(site, "other.wild.test") == "*.wild.test");
  for (const char* host : {"a.b.wild.test", "wild.test", "nobody.test", ""}) {
    CHECK_THAT(served_at(site, host), Contains("no certificate"));
  }
}

TEST_CASE("a host without a certificate gets the error page by TLS") {
  const TlsSite site;
  CHECK(status_of(site.get({.host = "nobody.test"})) == 404);
}

TEST_CASE("a replaced certificate is served to new connections and cuts none") {
  TlsSite site;
  TlsClient before(site.router.tls_port(), site.client());
  CHECK(status_of(before.send(request_for("site.test")).read_message()) == 200);
  site.put_certificate("site", {"site.test", "more.test"});
  CHECK(status_of(before.send(request_for("site.test")).read_message()) == 200);
  CHECK(served_at(site, "more.test") == "site.test");
  site.router.control({{"op", "remove_certificate"}, {"certificate", "site"}});
  CHECK(status_of(before.send(request_for("site.test")).read_message()) == 200);
  CHECK_THAT(served_at(site, "site.test"), Contains("no certificate"));
}

TEST_CASE("a certificate that cannot be served is left out alone and named, without its key") {
  TlsSite site;
  const Authority::Issued good = site.authority.issue({"good.test"});
  const Authority::Issued other = site.authority.issue({"other.test"});
  const Authority::Issued expired = site.authority.issue({"expired.test"}, std::chrono::hours(-1));
  const Json reply = site.router.control({{"op", "replace_certificates"},
                                          {"certificates",
                                           {entry_of("good", good),
                                            entry_of("mixed", {other.chain, good.key}),
                                            entry_of("expired", expired),
                                            entry_of("text", {"no PEM", good.key}),
                                            entry_of("keyless", {good.chain, good.chain}),
                                            entry_of("nameless", site.authority.issue({})),
                                            entry_of("../bad", good),
                                            {{"id", "half"}, {"key", good.key}},
                                            7}}});
  CHECK(reply["ok"] == true);
  REQUIRE(reply["dropped"].size() == 8);
  CHECK_THAT(reply["dropped"][0].dump(), Contains("mixed") && Contains("not that of the certificate"));
  CHECK_THAT(reply["dropped"][1].dump(), Contains("expired"));
  CHECK_THAT(reply["dropped"][2].dump(), Contains("text") && Contains("expected PEM"));
  CHECK_THAT(reply["dropped"][3].dump(), Contains("keyless") && Contains("private key"));
  CHECK_THAT(reply["dropped"][4].dump(), Contains("names no host"));
  CHECK_THAT(reply.dump(), !Contains(good.key.substr(40, 20)));
  CHECK(served_at(site, "good.test") == "good.test");
  CHECK_THAT(served_at(site, "site.test"), Contains("no certificate"));
}

TEST_CASE("a request that is no JSON is refused without a word of what it says") {
  TlsSite site;
  Client client(connect_unix(site.router.directory() / "control"));
  const std::string reply = client.send("{\"op\":\"put_certificate\",\"key\":\"SECRET\n").read_until("\n");
  CHECK_THAT(reply, Contains("false") && !Contains("SECRET"));
}

TEST_CASE("a router started alone serves the certificates of the last one, which only it can read") {
  const TemporaryDirectory state;
  Settings settings = tls_settings();
  settings.state_dir = state.path();
  const Authority authority;
  {
    RunningRouter router(settings);
    for (const char* id : {"kept", "gone"}) {
      router.control(
          {{"op", "put_certificate"}, {"certificate", entry_of(id, authority.issue({std::string(id) + ".test"}))}});
    }
    router.control({{"op", "remove_certificate"}, {"certificate", "gone"}});
  }
  struct stat status {};
  REQUIRE(::stat((state.path() / "certificates/kept.json").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const RunningRouter router(settings);
  CHECK(TlsClient(router.tls_port(), {.host = "kept.test"}).served_certificate() == "kept.test");
  CHECK_THAT(TlsClient(router.tls_port(), {.host = "gone.test"}).served_certificate(), Contains("no certificate"));
}

TEST_CASE("TLS before 1.2 is not spoken, and a host may want 1.3") {
  TlsSite site;
  site.put_certificate("new", {"new.test"});
  site.serve("new.test", {{"min_version", "TLSv1.3"}}, "new");
  TlsClientOptions old = site.client();
  old.most_version = TLS1_2_VERSION;
  CHECK(TlsClient(site.router.tls_port(), old).version() == TLS1_2_VERSION);
  CHECK(status_of(site.get(old)) == 200);
  CHECK(TlsClient(site.router.tls_port(), site.client("new.test")).version() == TLS1_3_VERSION);
  TlsClientOptions too_old = site.client("new.test");
  too_old.most_version = TLS1_2_VERSION;
  CHECK_THROWS_WITH(TlsClient(site.router.tls_port(), too_old), Contains("protocol version"));
  old.most_version = TLS1_1_VERSION;
  CHECK_THROWS_WITH(TlsClient(site.router.tls_port(), old), Contains("protocol version"));
}

TEST_CASE("a site that requires client certificates is closed to those without") {
  const Authority clients;
  const Authority strangers;
  const TlsSite site(Json{{"client_authentication", "require"}, {"client_certificate_authorities", {clients.pem()}}});
  TlsClientOptions options = site.client();
  CHECK(site.get(options).empty());  // with TLS 1.3 a client learns it when it reads
  options.most_version = TLS1_2_VERSION;
  CHECK_THROWS_AS(TlsClient(site.router.tls_port(), options), Error);
  options.certificate = strangers.issue_to_client("mallory");
  CHECK_THROWS_AS(TlsClient(site.router.tls_port(), options), Error);
  options.certificate = clients.issue_to_client("alice");
  options.most_version = TLS1_3_VERSION;
  const std::string response =
      site.get(options, "X-Client-Verify: FAILED\r\nX-Client-Cert: forged\r\nX_Client_Cert: forged\r\n");
  CHECK(status_of(response) == 200);
  CHECK_THAT(response, Contains("X-Client-Verify: SUCCESS\r\n") && !Contains("forged") && !Contains("FAILED"));
  CHECK_THAT(response, Contains("X-Client-Cert: -----BEGIN%20CERTIFICATE-----%0A"));
}

TEST_CASE("a site that requests client certificates is told what came of it") {
  const Authority clients;
  const Authority strangers;
  const TlsSite site(Json{{"client_authentication", "request"}, {"client_certificate_authorities", {clients.pem()}}});
  TlsClientOptions options = site.client();
  CHECK_THAT(site.get(options), Contains("X-Client-Verify: NONE\r\n") && !Contains("X-Client-Cert"));
  options.certificate = strangers.issue_to_client("mallory");
  CHECK_THAT(site.get(options), Contains("X-Client-Verify: FAILED:") && Contains("X-Client-Cert: -----BEGIN"));
  options.certificate = clients.issue_to_client("alice");
  CHECK_THAT(site.get(options), Contains("X-Client-Verify: SUCCESS\r\n"));
}

TEST_CASE("who proves nothing is nobody: fields about certificates come from the router only") {
  const TlsSite site;
  const std::string fields = "X-Client-Verify: SUCCESS\r\nX-Client-Cert: forged\r\nX-Client-SSL: on\r\n";
  CHECK_THAT(site.get(site.client(), fields), !Contains("X-Client-Verify") && !Contains("forged"));
}

TEST_CASE("a request for a host with stricter rules about TLS is misdirected") {
  const Authority clients;
  TlsSite site;
  site.serve("closed.test", {{"client_authentication", "require"}, {"client_certificate_authorities", {clients.pem()}}},
             "closed");
  site.serve("new.test", {{"min_version", "TLSv1.3"}}, "new");
  TlsClientOptions options = site.client();
  TlsClient client(site.router.tls_port(), options);
  CHECK(status_of(client.send(request_for("site.test")).read_message()) == 200);
  CHECK(status_of(client.send(request_for("closed.test")).read_message()) == 421);
  options.most_version = TLS1_2_VERSION;
  TlsClient old(site.router.tls_port(), options);
  CHECK(status_of(old.send(request_for("new.test")).read_message()) == 421);
}

TEST_CASE("a route with rules about TLS that cannot be kept is not served") {
  const Authority clients;
  const TlsSite site;
  Json entry = environment("closed.test", {site.upstream->address()});
  for (const Json& tls :
       {Json{{"min_version", "TLSv1.0"}}, Json{{"client_authentication", "require"}},
        Json{{"client_authentication", "maybe"}}, Json{{"client_certificate_authorities", {"no PEM"}}}}) {
    entry["routes"][0]["tls"] = tls;
    CHECK(const_cast<TlsSite&>(site).router.control({{"op", "put"}, {"environment", entry}})["dropped"].size() == 1);
  }
}

TEST_CASE("routes of one host that ask for certificates in different ways are not both served") {
  const Authority clients;
  TlsSite site;
  Json entry = environment("closed.test", {site.upstream->address()});
  entry["routes"].push_back(entry["routes"][0]);
  entry["routes"][1]["url"] = "https://closed.test/b/";
  entry["routes"][0]["tls"] = {{"client_authentication", "request"}};
  entry["routes"][1]["tls"] = {{"client_authentication", "require"},
                               {"client_certificate_authorities", {clients.pem()}}};
  const Json reply = site.router.control({{"op", "put"}, {"environment", entry}});
  REQUIRE(reply["dropped"].size() == 1);
  CHECK_THAT(reply["dropped"][0].dump(), Contains("closed.test/b/") && Contains("in another way"));
}

TEST_CASE("browsers are told to stay with TLS when a route says so") {
  const TlsSite site(Json{{"strict_transport_security", {{"enabled", true}, {"include_subdomains", true}}}});
  const std::string field = "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";
  CHECK_THAT(site.get(site.client()), Contains(field));
  CHECK_THAT(get(site.router.port(), "site.test", "/"), !Contains("Strict-Transport-Security"));
  site.upstream->hang_up();
  CHECK_THAT(site.get(site.client()), Contains("502 Bad Gateway") && Contains(field));
}

TEST_CASE("browsers are told to stay with TLS also when a hold took too long") {
  TlsSite site;
  Json entry = environment("site.test", {site.upstream->address()});
  entry["routes"][0]["tls"] = {{"strict_transport_security", {{"enabled", true}}}};
  entry["hold"] = {{"active", true}, {"timeout_s", 0}};
  site.router.control({{"op", "put"}, {"environment", entry}});
  CHECK_THAT(site.get(site.client()),
             Contains("504 Gateway Timeout") && Contains("Strict-Transport-Security: max-age=31536000\r\n"));
}

TEST_CASE("a session is resumed with a ticket, by both versions") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const TlsSite site;
  TlsClientOptions options = site.client();
  options.most_version = version;
  TlsClient first(site.router.tls_port(), options);
  CHECK_FALSE(first.resumed());
  CHECK(status_of(first.send(request_for("site.test")).read_message()) == 200);
  const auto session = first.session();
  options.session = session.get();
  TlsClient second(site.router.tls_port(), options);
  CHECK(second.resumed());
  CHECK(status_of(second.send(request_for("site.test")).read_message()) == 200);
}

TEST_CASE("a session does not outlive the rules about clients that it began with") {
  const Authority clients;
  TlsSite site(Json{{"client_authentication", "request"}, {"client_certificate_authorities", {clients.pem()}}});
  TlsClientOptions options = site.client();
  TlsClient first(site.router.tls_port(), options);
  CHECK(status_of(first.send(request_for("site.test")).read_message()) == 200);
  const auto session = first.session();
  options.session = session.get();
  CHECK(TlsClient(site.router.tls_port(), options).resumed());
  site.serve("site.test", {{"client_authentication", "require"}, {"client_certificate_authorities", {clients.pem()}}});
  CHECK(site.get(options).empty());
}

TEST_CASE("keys of tickets change, and the last one is still good for a while") {
  TicketKeys keys;
  const auto start = SteadyClock::now();
  const TicketKeys::Key first = keys.current(start);
  CHECK(keys.current(start + TicketKeys::kInUse / 2).name == first.name);
  CHECK(keys.find(first.name, start)->current);
  const TicketKeys::Key second = keys.current(start + TicketKeys::kInUse);
  CHECK(second.name != first.name);
  CHECK_FALSE(keys.find(first.name, start + TicketKeys::kInUse)->current);
  CHECK_FALSE(keys.find(first.name, start + TicketKeys::kKept).has_value());
}

TEST_CASE("the protocol is agreed on, and one that nobody speaks is refused") {
  const TlsSite site;
  TlsClientOptions options = site.client();
  options.protocols = {"spdy/3", "http/1.1"};
  CHECK(TlsClient(site.router.tls_port(), options).protocol() == "http/1.1");
  options.protocols = {"imap"};
  CHECK_THROWS_WITH(TlsClient(site.router.tls_port(), options), Contains("no application protocol"));
}

TEST_CASE("a handshake that takes too long is cut") {
  Settings settings = tls_settings();
  settings.timeouts.handshake = Milliseconds(50);
  const TlsSite site(Json::object(), settings);
  Client silent(site.router.tls_port());
  CHECK(silent.closed_by_peer());
  Client slow(site.router.tls_port());
  slow.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  CHECK(slow.closed_by_peer());
}

TEST_CASE("plain HTTP where TLS is spoken gets a readable answer") {
  const TlsSite site;
  Client client(site.router.tls_port());
  const std::string response = client.send(request_for("site.test")).read_to_end();
  CHECK(status_of(response) == 400);
  CHECK_THAT(body_of(response), Contains("https://"));
}

TEST_CASE("garbage where TLS is spoken ends the connection and nothing else") {
  const TlsSite site;
  for (const std::string& garbage :
       {std::string(3000, '\xff'), std::string("\x16\x03\x01\x00\x05hello", 10), std::string(5000, '\0')}) {
    Client client(site.router.tls_port());
    client.send(garbage);
    client.read_to_end();
  }
  CHECK(status_of(site.get(site.client())) == 200);
}

TEST_CASE("a damaged record in the middle of a connection ends that connection alone") {
  const TlsSite site;
  TlsClient client(site.router.tls_port(), site.client());
  CHECK(status_of(client.send(request_for("site.test")).read_message()) == 200);
  const std::string damaged = std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x');
  REQUIRE(::send(client.fd(), damaged.data(), damaged.size(), MSG_NOSIGNAL) > 0);
  CHECK(client.closed_by_peer());
  CHECK(status_of(site.get(site.client())) == 200);
}

TEST_CASE("the client is told when a response is whole, and not when it was broken off") {
  const TlsSite site;
  TlsClient client(site.router.tls_port(), site.client());
  client.send("GET / HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
  CHECK(status_of(client.read_to_end()) == 200);
  CHECK(client.was_told_goodbye());

  const Upstream breaking([](Client& each) {
    each.read_message();
    each.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
  });
  Json entry = environment("broken.test", {breaking.address()});
  entry["id"] = "broken";
  const_cast<TlsSite&>(site).router.control({{"op", "put"}, {"environment", entry}});
  TlsClient other(site.router.tls_port(), {.host = "broken.test"});
  other.send(request_for("broken.test"));
  CHECK_THAT(other.read_to_end(), Contains("half"));
  CHECK_FALSE(other.was_told_goodbye());
}

TEST_CASE("a client that asks nothing more for too long is told that nothing is missing") {
  Settings settings = tls_settings();
  settings.timeouts.keep_alive = Milliseconds(50);
  const TlsSite site(Json::object(), settings);
  TlsClient client(site.router.tls_port(), site.client());
  CHECK(status_of(client.send(request_for("site.test")).read_message()) == 200);
  CHECK(client.closed_by_peer());
  CHECK(client.was_told_goodbye());
}

TEST_CASE("a site that requires client certificates is not served by a router that does not end TLS") {
  const Authority clients;
  RunningRouter router;
  Json entry = environment("closed.test", {"127.0.0.1:1"});
  entry["routes"][0]["tls"] = {{"client_authentication", "require"},
                               {"client_certificate_authorities", {clients.pem()}}};
  const Json reply = router.control({{"op", "put"}, {"environment", entry}});
  REQUIRE(reply["dropped"].size() == 1);
  CHECK_THAT(reply["dropped"][0].dump(), Contains("does not end TLS"));
  CHECK(status_of(get(router.port(), "closed.test", "/")) == 404);
}

TEST_CASE("large bodies pass both ways by TLS, also to a client that reads slowly") {
  const std::string body = [] {
    std::string text;
    while (text.size() < 12'000'000) text += std::to_string(text.size()) + ",";  // more than sockets take
    return text;
  }();
  const auto upstream = Upstream::answering([](const std::string& request) { return ok(body_of(request)); });
  RunningRouter router(tls_settings());
  router.serve("site.test", {upstream->address()});
  TlsClient client(router.tls_port(), {.host = "site.test"});
  // Less than a packet of the loopback device would make every one wait for a timer.
  const int small = 128 << 10;
  ::setsockopt(client.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  client.send("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
              body);
  CHECK(body_of(client.read_message()) == body);
}

TEST_CASE("files are served by TLS: small, large and in parts") {
  const TemporaryDirectory artifact;
  std::string large;
  while (large.size() < 3'000'000) large += std::to_string(large.size()) + ",";
  std::ofstream(artifact.path() / "small.txt") << "small";
  std::ofstream(artifact.path() / "large.txt") << large;
  RunningRouter router(tls_settings());
  router.serve("site.test", {"127.0.0.1:1"},
               {{"upstreams", {{"app", {{"root", artifact.path()}, {"locations", {{"/", {{"root", ""}}}}}}}}}});
  TlsClient client(router.tls_port(), {.host = "site.test"});
  const auto ask = [&](const std::string& path, const std::string& fields = "") {
    return client.send("GET " + path + " HTTP/1.1\r\nHost: site.test\r\n" + fields + "\r\n").read_message();
  };
  CHECK(body_of(ask("/small.txt")) == "small");
  CHECK(body_of(ask("/large.txt")) == large);
  CHECK(body_of(ask("/large.txt", "Range: bytes=1000000-1099999\r\n")) == large.substr(1'000'000, 100'000));
}

TEST_CASE("a request and its body in many small records is one request") {
  const TlsSite site;
  TlsClient client(site.router.tls_port(), site.client());
  for (const char c : std::string("POST / HTTP/1.1\r\nHost: site.test\r\nContent-Length: 5\r\n\r\nhello")) {
    client.send(std::string(1, c));
  }
  CHECK_THAT(body_of(client.read_message()), Contains("POST / HTTP/1.1") && Contains("hello"));
}

}  // namespace penstock::router::test
