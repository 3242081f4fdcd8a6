#include "store/backup.h"

#include "base/error.h"
#include "unit/store/fixture.h"

#include <catch2/catch.hpp>

namespace penstock {
namespace {

Backup backup(const std::string& id) {
  Backup made{.id = id, .project = "shop", .environment = "main", .safe = false};
  made.release.commit = "c";
  made.release.artifacts = {{"app", "d-" + id}};
  made.release.variables = Json::array({{{"name", "env:A"}}});
  return made;
}

}  // namespace

TEST_CASE_METHOD(test::StoreFixture, "a backup is found as it was added, in its environment alone") {
  store.backups().add(backup("one"));
  const Backup found = store.backups().get("shop", "main", "one");
  CHECK(found.release.commit == "c");
  CHECK(found.release.variables == backup("one").release.variables);
  CHECK_FALSE(found.safe);
  CHECK_FALSE(found.expires_at);
  CHECK_THROWS_AS(store.backups().get("shop", "other", "one"), NotFound);
  CHECK_THROWS_AS(store.backups().add(backup("one")), Conflict);
}

TEST_CASE_METHOD(test::StoreFixture, "backups are listed newest first, and go with their environment") {
  store.backups().add(backup("one"));
  store.backups().add(backup("two"));
  REQUIRE(store.backups().list("shop", "main").size() == 2);
  CHECK(store.backups().list("shop", "main").at(0).id == "two");
  store.backups().remove("two");
  CHECK_THROWS_AS(store.backups().remove("two"), NotFound);
  store.environments().remove("shop", "main");
  CHECK(store.backups().list_all().empty());
}

TEST_CASE_METHOD(test::StoreFixture, "artifacts of a backup are in use") {
  store.backups().add(backup("one"));
  CHECK(store.artifacts().in_use(0) == std::set<std::string>{"d-one"});
}

TEST_CASE_METHOD(test::StoreFixture, "children of an environment that is removed become those of its parent") {
  add_environment("feature", "main");
  add_environment("child", "feature");
  store.environments().remove("shop", "feature");
  CHECK(store.environments().get("shop", "child").parent == "main");
}

}  // namespace penstock
