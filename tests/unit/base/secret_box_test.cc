#include "base/secret_box.h"

#include "base/error.h"
#include "base/file.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

namespace {

using namespace penstock;

TEST_CASE("a sealed secret is opened for its purpose alone, and by nobody who changed it") {
  const TemporaryDirectory directory;
  const SecretBox box(directory.path() / "key");
  const std::string sealed = box.seal("open sesame", "cave");
  CHECK(sealed.find("sesame") == std::string::npos);
  CHECK(box.open(sealed, "cave") == "open sesame");
  CHECK(box.seal("open sesame", "cave") != sealed);
  CHECK_THROWS_AS(box.open(sealed, "door"), Error);
  CHECK_THROWS_AS(box.open(sealed.substr(0, 20), "cave"), Error);
  std::string changed = sealed;
  changed.back() ^= 1;
  CHECK_THROWS_AS(box.open(changed, "cave"), Error);
}

TEST_CASE("the key is in a file of its owner, and another one opens nothing") {
  const TemporaryDirectory directory;
  const std::string sealed = SecretBox(directory.path() / "key").seal("text", "");
  CHECK(SecretBox(directory.path() / "key").open(sealed, "") == "text");
  struct stat status {};
  REQUIRE(::stat((directory.path() / "key").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK_THROWS_AS(SecretBox(directory.path() / "other").open(sealed, ""), Error);
  replace_file(directory.path() / "short", "no key");
  CHECK_THROWS_WITH(SecretBox(directory.path() / "short"), Catch::Contains("expected 32 bytes"));
}

}  // namespace
