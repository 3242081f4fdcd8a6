#include "pipeline/artifact/erofs_writer.h"

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "pipeline/artifact/erofs_format.h"
#include "pipeline/artifact/image_mount.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

using namespace penstock;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kClamp = 1700000000;

void put(const fs::path& path, std::string_view content, unsigned mode = 0644) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  ::chmod(path.c_str(), mode);
}

struct stat status_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status;
}

erofs::Image write_image(const fs::path& tree, const fs::path& image, unsigned threads = 2) {
  const Fd output(::open(image.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  return erofs::Writer{.source = tree, .output = output.get(), .clamp = kClamp, .threads = threads}.write();
}

// A directory, and its image as the kernel shows it.
class Frozen {
 public:
  const fs::path& tree() const { return tree_; }
  const fs::path& mounted() const { return mounted_; }
  fs::path image() const { return work_.path() / "image"; }

  void freeze() {
    write_image(tree_, image());
    mount_image(image(), mounted_);
  }

  // Throws when they differ.
  void check_content() const {
    run_checked({"diff", "-r", "--no-dereference", tree_.string(), mounted_.string()});
    run_checked({"fsck.erofs", image().string()});
  }

  explicit Frozen(const fs::path& parent = {}) : work_(parent) {
    fs::create_directory(tree_);
    fs::create_directory(mounted_);
  }
  Frozen(const Frozen&) = delete;
  ~Frozen() {
    if (is_mount_point(mounted_)) unmount_image(mounted_);
  }

 private:
  TemporaryDirectory work_;
  fs::path tree_ = work_.path() / "tree";
  fs::path mounted_ = work_.path() / "mounted";
};

}  // namespace

TEST_CASE("the kernel shows what was frozen") {
  Frozen frozen;
  put(frozen.tree() / "index.html", "hello");
  put(frozen.tree() / "bin/run", "#!/bin/sh\n", 0755);
  put(frozen.tree() / "deep/er/and/deeper/file", "x");
  fs::create_directory(frozen.tree() / "empty");
  frozen.freeze();
  frozen.check_content();
  CHECK((status_of(frozen.mounted() / "bin/run").st_mode & 07777) == 0755);
  CHECK(status_of(frozen.mounted()).st_nlink == status_of(frozen.tree()).st_nlink);
}

TEST_CASE("files of every size around a block come back") {
  Frozen frozen;
  for (const int size : {0, 1, 31, 32, 4031, 4032, 4063, 4064, 4065, 4095, 4096, 4097, 8191, 8192, 12288 + 4070}) {
    put(frozen.tree() / std::to_string(size), std::string(static_cast<std::size_t>(size), 'a'));
  }
  put(frozen.tree() / "big", std::string((std::size_t{5} << 20) + 123, 'b'));
  put(frozen.tree() / "bigger", std::string((std::size_t{3} << 20) + 4090, 'c'));
  frozen.freeze();
  frozen.check_content();
}

TEST_CASE("names may be anything a file system allows") {
  Frozen frozen;
  for (const std::string name : {"-", "!", "...", "a b", "new\nline", "\xff\xfe", "größe", "#", "a\\b"}) {
    put(frozen.tree() / name, name);
  }
  put(frozen.tree() / std::string(255, 'n'), "long");
  frozen.freeze();
  frozen.check_content();
}

TEST_CASE("a directory of more entries than 16 bits count comes back") {
  Frozen frozen("/dev/shm");
  constexpr int kCount = 66000;
  for (int i = 0; i < kCount; ++i) fs::create_symlink("t", frozen.tree() / (std::string(40, 'n') + std::to_string(i)));
  frozen.freeze();
  CHECK(std::distance(fs::directory_iterator(frozen.mounted()), fs::directory_iterator()) == kCount);
  CHECK(fs::is_symlink(frozen.mounted() / (std::string(40, 'n') + "65999")));
}

TEST_CASE("symbolic links are kept as they are, whatever they point to") {
  Frozen frozen;
  fs::create_symlink("../outside", frozen.tree() / "up");
  fs::create_symlink("/etc/passwd", frozen.tree() / "absolute");
  fs::create_symlink(std::string(4090, 'x'), frozen.tree() / "long");
  frozen.freeze();
  CHECK(fs::read_symlink(frozen.mounted() / "up") == "../outside");
  CHECK(fs::read_symlink(frozen.mounted() / "absolute") == "/etc/passwd");
  CHECK(fs::read_symlink(frozen.mounted() / "long").string().size() == 4090);
}

TEST_CASE("hard links stay one file") {
  Frozen frozen;
  put(frozen.tree() / "a/first", std::string(9000, 'h'));
  fs::create_directory(frozen.tree() / "b");
  fs::create_hard_link(frozen.tree() / "a/first", frozen.tree() / "b/second");
  frozen.freeze();
  frozen.check_content();
  CHECK(status_of(frozen.mounted() / "a/first").st_ino == status_of(frozen.mounted() / "b/second").st_ino);
  CHECK(status_of(frozen.mounted() / "a/first").st_nlink == 2);
}

TEST_CASE("a link whose other name is outside counts as one file") {
  Frozen frozen;
  put(frozen.tree().parent_path() / "outside", "o");
  fs::create_hard_link(frozen.tree().parent_path() / "outside", frozen.tree() / "inside");
  frozen.freeze();
  CHECK(status_of(frozen.mounted() / "inside").st_nlink == 1);
}

TEST_CASE("sparse files read the same") {
  Frozen frozen;
  put(frozen.tree() / "sparse", "start");
  fs::resize_file(frozen.tree() / "sparse", std::uintmax_t{3} << 20);
  frozen.freeze();
  frozen.check_content();
}

TEST_CASE("owner, set-user bits and late times do not survive, early times do") {
  Frozen frozen;
  put(frozen.tree() / "program", "p", 06755);
  put(frozen.tree() / "early", "e");
  const std::array<timespec, 2> early{{{499162500, 77}, {499162500, 77}}};
  REQUIRE(::utimensat(AT_FDCWD, (frozen.tree() / "early").c_str(), early.data(), 0) == 0);
  frozen.freeze();
  const auto program = status_of(frozen.mounted() / "program");
  CHECK((program.st_mode & 07777) == 0755);
  CHECK(program.st_uid == 10000);
  CHECK(program.st_gid == 10000);
  CHECK(program.st_mtim.tv_sec == kClamp);
  CHECK(status_of(frozen.mounted() / "early").st_mtim.tv_sec == 499162500);
  CHECK(status_of(frozen.mounted() / "early").st_mtim.tv_nsec == 0);
}

TEST_CASE("the mount is read-only, without set-user programs and devices") {
  Frozen frozen;
  frozen.freeze();
  CHECK(::open((frozen.mounted() / "new").c_str(), O_CREAT | O_WRONLY, 0644) == -1);
  CHECK(errno == EROFS);
  const std::string mounts = read_file("/proc/self/mounts");
  const auto found = mounts.find(frozen.mounted().string());
  REQUIRE(found != std::string::npos);
  CHECK(mounts.substr(found, mounts.find('\n', found) - found).find("erofs ro,nosuid,nodev") != std::string::npos);
}

TEST_CASE("the same tree made in another order is the same image, with any number of threads") {
  TemporaryDirectory work;
  for (const char* name : {"one", "two"}) fs::create_directory(work.path() / name);
  const std::vector<std::string> names = {"b/x", "a/y", "c", "a/z", "b/w"};
  for (const auto& name : names) put(work.path() / "one" / name, name + std::string(700000, 'q'));
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    put(work.path() / "two" / *name, *name + std::string(700000, 'q'));
  }
  const auto one = write_image(work.path() / "one", work.path() / "1", 1);
  const auto two = write_image(work.path() / "two", work.path() / "2", 5);
  CHECK(one.sha256 == two.sha256);
  CHECK(one.size == fs::file_size(work.path() / "2"));
  CHECK(run_checked({"sha256sum", (work.path() / "1").string()}).substr(0, 64) == one.sha256);
}

TEST_CASE("what cannot be kept is refused by name") {
  TemporaryDirectory work;
  fs::create_directories(work.path() / "tree/run");
  REQUIRE(::mkfifo((work.path() / "tree/run/pipe").c_str(), 0644) == 0);
  CHECK_THROWS_WITH(write_image(work.path() / "tree", work.path() / "image"),
                    "cannot freeze run/pipe: sockets, pipes and devices cannot be kept");
}

TEST_CASE("a tree over the limit is refused before it is written") {
  TemporaryDirectory work;
  put(work.path() / "tree/large", "");
  fs::resize_file(work.path() / "tree/large", std::uintmax_t{9} << 30);
  CHECK_THROWS_AS(write_image(work.path() / "tree", work.path() / "image"), UserError);
  CHECK(fs::file_size(work.path() / "image") == 0);
}

TEST_CASE("small files share blocks with their inodes") {
  TemporaryDirectory work;
  for (int i = 0; i < 1000; ++i) put(work.path() / "tree" / std::to_string(i), std::string(1000, 's'));
  const auto image = write_image(work.path() / "tree", work.path() / "image");
  CHECK(image.size < 1000 * erofs::kBlockSize / 2);
}
