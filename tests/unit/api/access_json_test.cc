#include "api/access_json.h"

#include "base/error.h"
#include "base/password_hash.h"
#include "store/environment.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace penstock::api::test {

TEST_CASE("passwords are kept as hashes, shown to nobody, and stay when they are sent back as shown") {
  HttpAccess access = changed_access({}, {{"basic_auth", {{"ada", "secret"}, {"eve", "other"}}}});
  CHECK(password_matches("secret", access.basic_auth.at("ada")));
  const Json shown = access_json(access);
  CHECK(shown.dump().find("pbkdf2") == std::string::npos);
  access = changed_access(access, {{"basic_auth", {{"ada", shown["basic_auth"]["ada"]}}}});
  CHECK(password_matches("secret", access.basic_auth.at("ada")));
  CHECK(access.basic_auth.size() == 1);
}

TEST_CASE("only what is named changes") {
  HttpAccess access = changed_access(
      {}, {{"addresses",
            {{{"permission", "allow"}, {"address", "192.0.2.0/24"}}, {{"permission", "deny"}, {"address", "any"}}}}});
  access = changed_access(access, {{"is_enabled", false}});
  CHECK_FALSE(access.is_enabled);
  CHECK(access.addresses == std::vector<HttpAccess::Rule>{{true, "192.0.2.0/24"}, {false, "any"}});
}

TEST_CASE("what cannot be understood is refused") {
  const auto rule = [](const char* permission, const char* address) {
    return Json{{"addresses", {{{"permission", permission}, {"address", address}}}}};
  };
  for (const Json& wrong : {Json("x"), Json{{"is_enabled", "yes"}}, Json{{"basic_auth", {{"a:b", "x"}}}},
                            Json{{"basic_auth", {{"a", ""}}}}, Json{{"other", 1}}, rule("maybe", "any"),
                            rule("allow", "192.0.2.0/33"), rule("allow", "host"), rule("deny", "::/129")}) {
    CHECK_THROWS_AS(changed_access({}, wrong), UserError);
  }
}

}  // namespace penstock::api::test
