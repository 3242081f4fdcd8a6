#include "runtime/router/table/access.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/password_hash.h"
#include "runtime/router/client/password_check.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

namespace penstock::router::test {

using Catch::Contains;
using Verdict = Access::Verdict;
using Result = PasswordCheck::Result;

namespace {

Json rules(std::initializer_list<std::pair<const char*, const char*>> given) {
  Json addresses = Json::array();
  for (const auto& [permission, address] : given)
    addresses.push_back({{"permission", permission}, {"address", address}});
  return {{"addresses", addresses}};
}

std::string basic(const std::string& user, const std::string& password) {
  return "Basic " + base64_encode(user + ":" + password);
}

}  // namespace

TEST_CASE("the first rule that fits an address decides, and without one everybody is admitted") {
  const Access access = Access::read(rules({{"allow", "192.0.2.7"},
                                            {"deny", "192.0.2.0/25"},
                                            {"allow", "192.0.2.0/24"},
                                            {"allow", "2001:db8::/33"},
                                            {"deny", "2001:db8::/32"},
                                            {"deny", "10.0.0.0/8"}}));
  CHECK(access.judge("192.0.2.7") == Verdict::Admit);
  CHECK(access.judge("192.0.2.8") == Verdict::Refuse);
  CHECK(access.judge("192.0.2.127") == Verdict::Refuse);
  CHECK(access.judge("192.0.2.128") == Verdict::Admit);
  CHECK(access.judge("2001:db8:7fff::1") == Verdict::Admit);
  CHECK(access.judge("2001:db8:8000::1") == Verdict::Refuse);
  CHECK(access.judge("10.1.2.3") == Verdict::Refuse);
  CHECK(access.judge("11.1.2.3") == Verdict::Admit);
  CHECK(access.judge("::ffff:10.1.2.3") == Verdict::Refuse);
}

TEST_CASE("everybody is any, and every address of whatever length") {
  for (const char* everybody : {"any", "0.0.0.0/0", "::/0"}) {
    const Access access = Access::read(rules({{"allow", "::1"}, {"deny", everybody}}));
    for (const char* ip : {"192.0.2.1", "2001:db8::1", "unknown"}) CHECK(access.judge(ip) == Verdict::Refuse);
    CHECK(access.judge("::1") == Verdict::Admit);
  }
}

TEST_CASE("rules that cannot be understood are refused") {
  for (const char* address :
       {"", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/", "192.0.2", "2001:db8::/129", "host.test"}) {
    CHECK_THROWS_AS(Access::read(rules({{"allow", address}})), UserError);
  }
  CHECK_THROWS_AS(Access::read(rules({{"maybe", "any"}})), UserError);
  CHECK_THROWS_AS(Access::read({{"basic_auth", {{"ada", "plain"}}}}), UserError);
}

TEST_CASE("a hash matches its password and no other, and never looks the same twice") {
  const std::string hash = hash_password("secret");
  CHECK(hash_password("secret") != hash);
  CHECK(password_matches("secret", hash));
  for (const char* wrong : {"", "Secret", "secret "}) CHECK_FALSE(password_matches(wrong, hash));
  for (const char* broken :
       {"", "secret", "pbkdf2-sha256:0:a:b", "pbkdf2-sha256:1:a:", "pbkdf2-sha256:999999999:a:b"}) {
    CHECK_FALSE(is_password_hash(broken));
    CHECK_FALSE(password_matches("secret", broken));
  }
}

TEST_CASE("a password is checked slowly once, and guesses are few in a second") {
  const Access access = Access::read({{"basic_auth", {{"ada", hash_password("secret")}}}});
  Milliseconds now{5000};
  PasswordCheck check([&] { return now; });
  CHECK(check.check(access, basic("ada", "secret")) == Result::Right);
  for (const std::string& wrong : {basic("ada", "Secret"), basic("eve", "secret"), basic("ada", ""),
                                   std::string("Basic %"), std::string("Bearer x"), std::string()}) {
    CHECK(check.check(access, wrong) == Result::Wrong);
  }
  Result last = Result::Wrong;
  for (int i = 0; i < 30 && last == Result::Wrong; ++i) last = check.check(access, basic("ada", std::to_string(i)));
  CHECK(last == Result::TooMany);
  CHECK(check.check(access, basic("ada", "secret")) == Result::Right);
  now += Milliseconds(1000);
  CHECK(check.check(access, basic("ada", "no")) == Result::Wrong);
  const Access changed = Access::read({{"basic_auth", {{"ada", hash_password("other")}}}});
  CHECK(check.check(changed, basic("ada", "secret")) == Result::Wrong);
}

TEST_CASE("a site asks for a password, unless the address is enough") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("inside"); });
  RunningRouter router;
  const Json password = {{"access", {{"basic_auth", {{"ada", hash_password("secret")}}}}}};
  router.serve("site.test", {upstream->address()}, password);
  const std::string asked = get(router.port(), "site.test", "/");
  CHECK(status_of(asked) == 401);
  CHECK_THAT(asked, Contains("WWW-Authenticate: Basic realm=") && !Contains("inside"));
  CHECK(status_of(get(router.port(), "site.test", "/", "Authorization: " + basic("ada", "wrong") + "\r\n")) == 401);
  CHECK(body_of(get(router.port(), "site.test", "/", "Authorization: " + basic("ada", "secret") + "\r\n")) == "inside");

  Json both = password;
  both["access"]["addresses"] = rules({{"allow", "127.0.0.0/8"}, {"deny", "any"}})["addresses"];
  router.serve("site.test", {upstream->address()}, both);
  CHECK(body_of(get(router.port(), "site.test", "/")) == "inside");
  router.serve("site.test", {upstream->address()}, {{"access", rules({{"deny", "127.0.0.1"}})}});
  CHECK(status_of(get(router.port(), "site.test", "/")) == 403);
}

TEST_CASE("a route that leads elsewhere asks for no password") {
  RunningRouter router;
  Json entry = environment("site.test", {});
  entry["access"] = {{"basic_auth", {{"ada", hash_password("secret")}}}};
  entry["routes"].push_back({{"url", "http://old.test/"}, {"type", "redirect"}, {"to", "https://new.test/"}});
  router.control({{"op", "put"}, {"environment", entry}});
  CHECK(status_of(get(router.port(), "old.test", "/")) == 301);
  CHECK(status_of(get(router.port(), "site.test", "/")) == 401);
}

TEST_CASE("an environment whose rules cannot be read is not served at all") {
  const auto upstream = Upstream::answering([](const std::string&) { return ok("inside"); });
  RunningRouter router;
  const Json answer = router.serve("site.test", {upstream->address()}, {{"access", rules({{"allow", "nowhere"}})}});
  CHECK(answer["ok"] == false);
  CHECK(status_of(get(router.port(), "site.test", "/")) == 404);
}

}  // namespace penstock::router::test
