#include "base/base64.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/id.h"
#include "base/output_sink.h"
#include "base/unix_socket.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <fstream>

namespace penstock {

namespace fs = std::filesystem;

TEST_CASE("a time is written as Upsun writes it and read back") {
  const WallTime time(std::chrono::microseconds(1'763'713'409'123'456));
  CHECK(iso8601(time) == "2025-11-21T08:23:29.123456+00:00");
  CHECK(parse_iso8601(iso8601(time)) == time);
  CHECK(parse_iso8601("2025-11-21T08:23:29.123456Z") == time);
  CHECK_THROWS_AS(parse_iso8601("yesterday"), Error);
}

TEST_CASE("base64 survives a round trip and refuses what it is not") {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd"}) CHECK(base64_decode(base64_encode(bytes)) == bytes);
  CHECK(base64_encode("abcd") == "YWJjZA==");
  CHECK_THROWS_AS(base64_decode("a*b="), UserError);
  CHECK_THROWS_AS(base64_decode("abc"), UserError);
}

TEST_CASE("fields of a digest cannot be confused") {
  CHECK(Sha256().field("ab").field("c").hex() != Sha256().field("a").field("bc").hex());
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("ids have the length asked for and start with a letter") {
  const std::string id = random_id();
  CHECK(id.size() == 13);
  CHECK(std::isalpha(static_cast<unsigned char>(id[0])));
  CHECK(random_id() != id);
  CHECK(random_hex(16).size() == 32);
}

TEST_CASE("a durable write replaces the file and leaves nothing beside it") {
  const TemporaryDirectory directory;
  write_file_durably(directory.path() / "file", "one");
  write_file_durably(directory.path() / "file", "two", 0600);
  CHECK(read_file(directory.path() / "file") == "two");
  CHECK(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("a file larger than the limit is refused") {
  const TemporaryDirectory directory;
  write_file_durably(directory.path() / "file", "12345");
  CHECK_THROWS_WITH(read_file(directory.path() / "file", 4), Catch::Contains("larger than 4 bytes"));
}

TEST_CASE("removing a tree removes directories without permissions and follows no link") {
  const TemporaryDirectory directory;
  const fs::path tree = directory.path() / "tree";
  fs::create_directories(tree / "closed");
  std::ofstream(tree / "closed" / "file") << "x";
  fs::create_directories(directory.path() / "outside");
  fs::create_directory_symlink(directory.path() / "outside", tree / "link");
  ::chmod((tree / "closed").c_str(), 0);
  remove_tree(tree);
  CHECK_FALSE(fs::exists(tree));
  CHECK(fs::exists(directory.path() / "outside"));
}

TEST_CASE("a prefix is put before each line, also one written in pieces") {
  CapturingSink captured;
  {
    PrefixingSink prefixing(captured, "  W: ");
    prefixing.write("one\ntw");
    prefixing.write("o\n\nthree");
  }
  CHECK(captured.text() == "  W: one\n  W: two\n\n  W: three\n");
}

TEST_CASE("lines are read from a socket and a second listener is refused") {
  const TemporaryDirectory directory;
  const Fd listener = listen_unix(directory.path() / "socket");
  CHECK_THROWS_AS(listen_unix(directory.path() / "socket"), Conflict);
  const Fd client = connect_unix(directory.path() / "socket");
  write_all(client.get(), "a\nb\n");
  LineReader reader(client.get(), 10);
  CHECK_THROWS_AS(connect_unix(directory.path() / "other"), SystemError);
}

}  // namespace penstock
