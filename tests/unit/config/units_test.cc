#include "config/units.h"

#include "base/file.h"
#include "config/file_source.h"
#include "config/nearest.h"
#include "config/paths.h"
#include "config/route_url.h"
#include "config/utf8.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace penstock::config {

TEST_CASE("durations are seconds") {
  CHECK(parse_duration("90") == 90);
  CHECK(parse_duration("-1s") == -1);
  CHECK(parse_duration("1.5h") == 5400);
  CHECK(parse_duration("1ms") == 1);
  CHECK(parse_duration("1M") == 30 * 86'400);
  CHECK(parse_duration("2y") == 2 * 365 * 86'400);
  for (const char* const text : {"", "s", "1 h", "1x", "1e3", "nan", "1e999", "99999999999y"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("sizes are bytes") {
  CHECK(parse_size("4096") == 4096);
  CHECK(parse_size("250m") == 250ULL << 20);
  CHECK(parse_size("1.5GiB") == 3ULL << 29);
  for (const char* const text : {"", "m", "-1m", "1t", "1mm", "inf", "99999999g"}) {
    INFO(text);
    CHECK_FALSE(parse_size(text));
  }
}

TEST_CASE("times of cron may hold names, steps, lists and H") {
  for (const char* const spec :
       {"* * * * *", "*/5 H H(1-6) jan-mar,12 Mon-Fri", "H/15 0 1 * 7", "@daily", "0  3 * * *"}) {
    INFO(spec);
    CHECK(is_cron_spec(spec));
  }
  for (const char* const spec : {"", "* * * *", "* * * * * *", "60 * * * *", "5-1 * * * *", "*/0 * * * *", "a * * * *",
                                 "* * 0 * *", "H( * * * *", "@reboot", ", * * * *"}) {
    INFO(spec);
    CHECK_FALSE(is_cron_spec(spec));
  }
}

TEST_CASE("time zones are those of the database") {
  CHECK(is_timezone("UTC"));
  CHECK(is_timezone("Europe/Paris"));
  for (const char* const name : {"", "/etc/passwd", "../../../etc/passwd", "Europe"}) CHECK_FALSE(is_timezone(name));
}

TEST_CASE("paths stay inside") {
  CHECK(resolve_path("a/b", "../c/./d/") == "a/c/d");
  CHECK(resolve_path("", "/") == "");
  CHECK_FALSE(resolve_path("a", "../../b"));
  CHECK(is_inside("var", "var/cache"));
  CHECK_FALSE(is_inside("var", "variable"));
}

TEST_CASE("URLs of routes are normalized or refused") {
  CHECK(parse_route_url("https://WWW.{default}")->text() == "https://www.{default}/");
  CHECK(parse_route_url("http://*.{all}/a/b")->text() == "http://*.{all}/a/b/");
  for (const char* const url : {"https://", "https://{default}x/", "https://{default}.x/", "https://*/", "//x/",
                                "https://a..b/", "https://user@host/", "https://-a.b/", "https://a/{default}/"}) {
    INFO(url);
    CHECK_FALSE(parse_route_url(url));
  }
}

TEST_CASE("the nearest word is proposed, but not one that is far") {
  const std::vector<std::string> known{"hooks", "mounts", "web", "workers"};
  CHECK(nearest("hoks", known) == "hooks");
  CHECK(nearest("hooks_", known) == "hooks");
  CHECK(nearest("wbe", known) == "web");
  CHECK_FALSE(nearest("containers", known));
  CHECK_FALSE(nearest("x", {"a"}));
}

TEST_CASE("what a message quotes is short and on one line") {
  CHECK(in_quotes("a\nb") == "'a b'");
  CHECK(in_quotes(std::string(59, 'x') + "é") == "'" + std::string(59, 'x') + "…'");
}

TEST_CASE("UTF-8 is recognized") {
  CHECK(is_clean_utf8("aé€😀"));
  for (const std::string bytes : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
    CHECK_FALSE(is_clean_utf8(bytes));
  }
  CHECK_FALSE(is_clean_utf8(std::string("\0", 1)));
}

TEST_CASE("a folder shows its files, but follows no symbolic link") {
  const TemporaryDirectory folder;
  std::filesystem::create_directory(folder.path() / "inner");
  write_file_durably(folder.path() / "inner" / "file", "content");
  std::filesystem::create_symlink("/etc", folder.path() / "link");
  std::filesystem::create_symlink("file", folder.path() / "inner" / "link");
  DirectorySource source(folder.path());
  CHECK(source.list("") == std::vector<std::string>{"inner/"});
  CHECK(source.list("inner") == std::vector<std::string>{"file"});
  CHECK(source.list("link").empty());
  CHECK(source.read("inner/file", 10) == "content");
  CHECK_THROWS(source.read("inner/file", 3));
  CHECK_FALSE(source.read("inner/link", 10));
  CHECK_FALSE(source.read("link/passwd", 10));
  CHECK_FALSE(source.read("inner", 10));
}

}  // namespace penstock::config
