#include "runtime/certificates/site_certificates.h"

#include "base/error.h"
#include "runtime/router_client.h"
#include "store/store.h"
#include "unit/runtime/fake_router.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

namespace {

using namespace penstock;
using Catch::Contains;
using penstock::test::FakeRouter;
using Names = std::vector<std::string>;

struct CertificatesFixture {
  CertificatesFixture() {
    project.id = "proj";
    store.projects().add(project);
    environment.project = project.id;
    environment.name = "main";
  }

  SiteCertificates start(bool enabled = true) {
    return {{store, client}, directory.path() / "certificates", "sites.test", enabled};
  }
  // As an operator gets them elsewhere.
  CertificateAuthority::Issued bought(const std::string& host) {
    return CertificateAuthority(directory.path() / "elsewhere", "test").issue({host});
  }
  unsigned mode(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat((directory.path() / path).c_str(), &status) == 0);
    return status.st_mode & 0777;
  }

  TemporaryDirectory directory;
  Store store{directory.path() / "state"};
  Project project;
  Environment environment;
  FakeRouter router{directory.path() / "router.sock"};
  RouterClient client{directory.path() / "router.sock"};
};

}  // namespace

TEST_CASE_METHOD(CertificatesFixture, "each environment gets one certificate for its hosts, made by our authority") {
  SiteCertificates certificates = start();
  CHECK(certificates.provide(environment, {"b.sites.test", "*.a.sites.test", "b.sites.test"}).empty());
  const auto records = certificates.list("proj");
  REQUIRE(records.size() == 1);
  CHECK(records[0].names == Names{"*.a.sites.test", "b.sites.test"});
  CHECK(records[0].environment == "main");
  const auto leaf = read_certificates(records[0].chain);
  const auto authority = read_certificates(certificates.authority());
  CHECK(X509_verify(leaf.front().get(), X509_get0_pubkey(authority.front().get())) == 1);
  CHECK(router.operations() == Names{"put_certificate"});
}

TEST_CASE_METHOD(CertificatesFixture, "a certificate is made anew only when it has to be") {
  SiteCertificates certificates = start();
  certificates.provide(environment, {"a.sites.test"});
  certificates.provide(environment, {"a.sites.test"});
  CHECK(router.operations().size() == 1);
  certificates.provide(environment, {"a.sites.test", "b.sites.test"});
  CHECK(certificates.list("proj")[0].names == Names{"a.sites.test", "b.sites.test"});
  CHECK(router.operations().size() == 2);
}

TEST_CASE_METHOD(CertificatesFixture, "a certificate is renewed in good time before it expires") {
  SiteCertificates certificates = start();
  certificates.provide(environment, {"a.sites.test"});
  const std::string first = certificates.list("proj")[0].chain;
  certificates.renew(wall_now() + CertificateAuthority::kLifetime - SiteCertificates::kRenewal - std::chrono::hours(1));
  CHECK(certificates.list("proj")[0].chain == first);
  certificates.renew(wall_now() + CertificateAuthority::kLifetime - SiteCertificates::kRenewal + std::chrono::hours(1));
  CHECK(certificates.list("proj")[0].chain != first);
  CHECK(certificates.list("proj")[0].names == Names{"a.sites.test"});
}

TEST_CASE_METHOD(CertificatesFixture, "a certificate that was added stands in for ours, until it is deleted") {
  SiteCertificates certificates = start();
  certificates.provide(environment, {"a.sites.test", "b.sites.test"});
  const auto issued = bought("a.sites.test");
  const CertificateRecord added = certificates.add("proj", issued.certificate, issued.key);
  CHECK(added.names == Names{"a.sites.test"});
  CHECK_FALSE(added.environment);
  auto ours = [&] {
    for (const CertificateRecord& record : certificates.list("proj")) {
      if (record.environment) return record.names;
    }
    return Names{};
  };
  CHECK(ours() == Names{"b.sites.test"});
  certificates.remove("proj", added.id);
  CHECK(ours() == Names{"a.sites.test", "b.sites.test"});
  CHECK(router.operations().back() == "remove_certificate");
}

TEST_CASE_METHOD(CertificatesFixture, "what cannot be served is not taken, and nothing of a key is said") {
  SiteCertificates certificates = start();
  const auto one = bought("a.sites.test");
  const auto other = bought("b.sites.test");
  CHECK_THROWS_WITH(certificates.add("proj", one.certificate, other.key), Contains("not that of the certificate"));
  CHECK_THROWS_WITH(certificates.add("proj", "text", one.key), Contains("expected PEM"));
  CHECK_THROWS_WITH(certificates.add("proj", one.certificate, "SECRET"), !Contains("SECRET"));
  router.answer = [](const Json& request) {
    return request.at("op") != "put_certificate"
               ? Json()
               : Json{{"ok", true}, {"dropped", {{{"entry", "certificate x"}, {"why", "too weak"}}}}};
  };
  CHECK_THROWS_WITH(certificates.add("proj", one.certificate, one.key), Contains("too weak"));
  CHECK(certificates.list("proj").empty());
}

TEST_CASE_METHOD(CertificatesFixture, "one that Penstock made cannot be deleted, and another project sees none") {
  SiteCertificates certificates = start();
  certificates.provide(environment, {"a.sites.test"});
  const std::string id = certificates.list("proj")[0].id;
  CHECK_THROWS_AS(certificates.remove("proj", id), UserError);
  CHECK_THROWS_AS(certificates.get("other", id), NotFound);
  CHECK_THROWS_AS(certificates.remove("other", id), NotFound);
}

TEST_CASE_METHOD(CertificatesFixture, "a host outside of the authority's domain gets no certificate of ours") {
  SiteCertificates certificates = start();
  const auto problems = certificates.provide(environment, {"a.sites.test", "shop.example.org", "evilsites.test"});
  REQUIRE(problems.size() == 2);
  CHECK_THAT(problems[1], Contains("shop.example.org") && Contains("certificate:add"));
  CHECK(certificates.list("proj")[0].names == Names{"a.sites.test"});
}

TEST_CASE_METHOD(CertificatesFixture, "certificates outlive penstockd, and only it can read their keys") {
  const auto issued = bought("shop.example.test");
  std::string authority;
  {
    SiteCertificates certificates = start();
    certificates.provide(environment, {"a.sites.test"});
    certificates.add("proj", issued.certificate, issued.key);
    authority = certificates.authority();
  }
  SiteCertificates certificates = start();
  CHECK(certificates.authority() == authority);
  CHECK(certificates.list("proj").size() == 2);
  certificates.tell_router();
  const Json last = router.requests().back();
  CHECK(last["op"] == "replace_certificates");
  CHECK(last["certificates"].size() == 2);
  CHECK(mode("certificates/authority.key") == 0600);
  CHECK(mode("certificates/sites") == 0700);
  for (const CertificateRecord& record : certificates.list("proj")) {
    CHECK(mode("certificates/sites/" + record.id + ".json") == 0600);
  }
}

TEST_CASE_METHOD(CertificatesFixture, "what belongs to an environment or a project goes with it") {
  SiteCertificates certificates = start();
  certificates.provide(environment, {"a.sites.test"});
  certificates.forget(environment);
  CHECK(certificates.list("proj").empty());
  const auto issued = bought("shop.example.test");
  certificates.add("proj", issued.certificate, issued.key);
  store.projects().remove("proj");
  certificates.tell_router();
  CHECK(certificates.list("proj").empty());
  CHECK(router.requests().back()["certificates"].empty());
}

TEST_CASE_METHOD(CertificatesFixture, "without TLS none is made and the router is told nothing") {
  SiteCertificates certificates = start(false);
  certificates.provide(environment, {"a.sites.test"});
  certificates.tell_router();
  certificates.renew(wall_now());
  CHECK(certificates.list("proj").empty());
  CHECK(router.requests().empty());
}

TEST_CASE_METHOD(CertificatesFixture, "an authority for another domain is made anew") {
  const std::string before = start().authority();
  CHECK(SiteCertificates({store, client}, directory.path() / "certificates", "other.test", true).authority() != before);
}
