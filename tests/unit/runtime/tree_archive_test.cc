#include "runtime/volumes/tree_archive.h"

#include "base/error.h"
#include "base/file.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace {

namespace fs = std::filesystem;
using namespace penstock;

struct TreeFixture {
  Fd open(const fs::path& path) const { return Fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }
  std::string pack(const std::string& prefix = "") const {
    std::string bytes;
    TarStream tar([&bytes](std::string_view piece) { bytes += piece; });
    tar.add_tree(open(from).get(), prefix);
    tar.finish();
    return bytes;
  }
  void unpack(const std::string& bytes, const UnpackLimits& limits = {.bytes = 1 << 20}) const {
    std::size_t position = 0;
    TarReader tar([&](char* buffer, std::size_t size) {
      const std::size_t piece = bytes.copy(buffer, std::min<std::size_t>(size, 1000), position);
      position += piece;
      return piece;
    });
    while (tar.next()) tar.unpack(open(to).get(), tar.name(), limits);
  }
  void write(const fs::path& path, const std::string& text) const {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  TemporaryDirectory root;
  fs::path from = root.path() / "from";
  fs::path to = root.path() / "to";

  TreeFixture() {
    fs::create_directory(from);
    fs::create_directory(to);
  }
};

}  // namespace

TEST_CASE_METHOD(TreeFixture, "a tree comes out of an archive as it went in") {
  write(from / "deep/er/file", std::string(300'000, 'x'));
  write(from / "empty", "");
  fs::permissions(from / "empty", fs::perms::owner_read | fs::perms::owner_exec);
  fs::create_symlink("/nowhere", from / "link");
  REQUIRE(::lchown((from / "link").c_str(), 10000, 10001) == 0);
  REQUIRE(::chown((from / "empty").c_str(), 10000, 10001) == 0);
  unpack(pack());
  CHECK(read_file(to / "deep/er/file") == std::string(300'000, 'x'));
  CHECK(fs::read_symlink(to / "link") == "/nowhere");
  struct stat status {};
  REQUIRE(::stat((to / "empty").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0500);
  CHECK(status.st_uid == 10000);
  CHECK(status.st_gid == 10001);
}

TEST_CASE_METHOD(TreeFixture, "what is unpacked can belong to one owner, and takes the place of what was there") {
  write(from / "file", "new");
  write(to / "file", "old");
  write(to / "other", "stays");
  unpack(pack(), {.bytes = 1000, .owner = std::pair(10000U, 10000U)});
  CHECK(read_file(to / "file") == "new");
  CHECK(read_file(to / "other") == "stays");
  struct stat status {};
  REQUIRE(::stat((to / "file").c_str(), &status) == 0);
  CHECK(status.st_uid == 10000);
}

TEST_CASE_METHOD(TreeFixture, "a link in the tree leads nothing out of it") {
  write(root.path() / "outside/secret", "secret");
  write(from / "inner/planted", "x");
  fs::create_symlink(root.path() / "outside", to / "inner");
  CHECK_THROWS_AS(unpack(pack()), UserError);
  CHECK_FALSE(fs::exists(root.path() / "outside/planted"));
  fs::remove(to / "inner");
  fs::create_symlink(root.path() / "outside/secret", to / "file");
  write(from / "file", "x");
  unpack(pack());
  CHECK(read_file(root.path() / "outside/secret") == "secret");
}

TEST_CASE_METHOD(TreeFixture, "names that lead out of the directory are refused") {
  write(from / "file", "x");
  for (const std::string prefix : {"../", "a/../../"}) CHECK_THROWS_AS(unpack(pack(prefix)), UserError);
  unpack(pack("/absolute/"));
  CHECK(fs::exists(to / "absolute/file"));
}

TEST_CASE_METHOD(TreeFixture, "more than there is room for is refused, as is what is no archive or not whole") {
  write(from / "one", std::string(600, 'x'));
  write(from / "two", std::string(600, 'x'));
  CHECK_THROWS_WITH(unpack(pack(), {.bytes = 1000}), Catch::Contains("there is no room for it"));
  CHECK_THROWS_AS(unpack("this is no archive"), UserError);
  const std::string whole = pack();
  CHECK_THROWS_AS(unpack(whole.substr(0, 700)), UserError);
}

TEST_CASE_METHOD(TreeFixture, "devices, sockets and pipes are left out") {
  REQUIRE(::mkfifo((from / "pipe").c_str(), 0600) == 0);
  write(from / "file", "x");
  unpack(pack());
  CHECK_FALSE(fs::exists(to / "pipe"));
  CHECK(size_of_tree(open(from).get()) >= 512);
}
