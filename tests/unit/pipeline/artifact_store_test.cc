#include "pipeline/artifact/artifact_store.h"

#include "base/error.h"
#include "base/file.h"

#include <catch2/catch.hpp>

#include <fcntl.h>

#include <fstream>

using namespace penstock;
namespace fs = std::filesystem;

namespace {

struct Fixture {
  TemporaryDirectory work;
  fs::path tree = work.path() / "tree";
  ArtifactStore store{work.path() / "artifacts", work.path() / "mounts"};

  Fixture() { fs::create_directory(tree); }
  ~Fixture() {
    for (const auto& artifact : store.list()) store.unmount(artifact.digest);
  }

  std::string freeze(const std::string& content) {
    std::ofstream(tree / "file") << content;
    return store.freeze(tree, 1700000000).digest;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the digest of an artifact is that of its file") {
  const auto artifact = store.freeze(tree, 1700000000);
  CHECK(store.path_of(artifact.digest).filename() == artifact.digest + ".erofs");
  CHECK(fs::file_size(store.path_of(artifact.digest)) == artifact.size);
  store.verify(artifact.digest);
}

TEST_CASE_METHOD(Fixture, "the same content is one artifact") {
  CHECK(freeze("same") == freeze("same"));
  CHECK(freeze("same") != freeze("other"));
  CHECK(store.list().size() == 2);
}

TEST_CASE_METHOD(Fixture, "an artifact is mounted once however often that is asked") {
  const std::string digest = freeze("content");
  const fs::path mounted = store.mount(digest);
  CHECK(store.mount(digest) == mounted);
  CHECK(read_file(mounted / "file") == "content");
  CHECK(store.mounted() == std::vector<std::string>{digest});
  store.unmount(digest);
  CHECK_FALSE(store.is_mounted(digest));
  CHECK_FALSE(fs::exists(mounted));
  store.unmount(digest);
}

TEST_CASE_METHOD(Fixture, "an artifact in use is neither unmounted nor removed") {
  const std::string digest = freeze("content");
  const Fd open(::open((store.mount(digest) / "file").c_str(), O_RDONLY | O_CLOEXEC));
  CHECK_THROWS_AS(store.unmount(digest), Conflict);
  CHECK_THROWS_AS(store.remove(digest), Conflict);
  store.verify(digest);
}

TEST_CASE_METHOD(Fixture, "an artifact that is mounted is not removed") {
  const std::string digest = freeze("content");
  store.mount(digest);
  CHECK_THROWS_AS(store.remove(digest), Conflict);
  store.unmount(digest);
  store.remove(digest);
  CHECK(store.list().empty());
  CHECK_THROWS_AS(store.mount(digest), NotFound);
  store.remove(digest);
}

TEST_CASE_METHOD(Fixture, "a view shows an artifact without mounting it for all") {
  const std::string digest = freeze("content");
  fs::path seen;
  {
    const ImageView view = store.view(digest);
    seen = view.path();
    CHECK(read_file(seen / "file") == "content");
    CHECK_FALSE(store.is_mounted(digest));
  }
  CHECK_FALSE(fs::exists(seen));
}

TEST_CASE_METHOD(Fixture, "verify finds a changed byte") {
  const std::string digest = freeze("content");
  fs::permissions(store.path_of(digest), fs::perms::owner_write, fs::perm_options::add);
  std::fstream(store.path_of(digest), std::ios::in | std::ios::out | std::ios::binary).seekp(100).put('x');
  CHECK_THROWS_AS(store.verify(digest), Error);
}

TEST_CASE_METHOD(Fixture, "a digest is never a path") {
  CHECK_THROWS_AS(store.path_of("../../etc/passwd"), NotFound);
  CHECK_THROWS_AS(store.mount("/etc"), NotFound);
}

TEST_CASE_METHOD(Fixture, "the start-up sweep removes what a crash left and what nobody registered") {
  const std::string known = freeze("known");
  const std::string unknown = freeze("unknown");
  std::ofstream(work.path() / "artifacts/.freezing-abc") << "half";
  store.sweep([&](const std::string& digest) { return digest == known; });
  CHECK(store.list().size() == 1);
  CHECK(store.list().front().digest == known);
  CHECK_FALSE(fs::exists(work.path() / "artifacts/.freezing-abc"));
}

TEST_CASE_METHOD(Fixture, "a freeze that is cancelled or fails leaves nothing") {
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(store.freeze(tree, 0, source.get_token()), Cancelled);
  CHECK_THROWS(store.freeze(work.path() / "absent", 0));
  CHECK(fs::is_empty(work.path() / "artifacts"));
}
