#include "image/debian_sources.h"

#include "base/file.h"

#include <catch2/catch.hpp>

#include <fstream>

namespace fs = std::filesystem;

namespace penstock::test {
namespace {

class Apt {
 public:
  Apt() { fs::create_directory(directory_.path() / "sources.list.d"); }
  void add(const std::string& file, const std::string& text) { std::ofstream(directory_.path() / file) << text; }
  std::string sources() const { return debian_sources(directory_.path()); }

 private:
  TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("the mirrors of the host are used, in either of apt's styles") {
  Apt apt;
  apt.add("sources.list", "deb [arch=amd64] http://mirror.one/debian/ bookworm main contrib # near\n");
  apt.add("sources.list.d/debian.sources",
          "Types: deb deb-src\nURIs: http://mirror.two/debian-security\nSuites: bookworm-security\nComponents: main\n");
  CHECK_THAT(apt.sources(), Catch::Contains("URIs: http://mirror.one/debian/\nSuites: bookworm\n"));
  CHECK_THAT(apt.sources(), Catch::Contains("URIs: http://mirror.two/debian-security\nSuites: bookworm-security\n"));
  CHECK_THAT(apt.sources(), !Catch::Contains("deb.debian.org"));
}

TEST_CASE("sources of third parties are left out") {
  Apt apt;
  apt.add("sources.list.d/docker.list", "deb https://download.docker.com/linux/debian bookworm stable\n");
  apt.add("sources.list.d/node.sources",
          "Types: deb\nURIs: https://deb.nodesource.com/node_20.x\nSuites: nodistro\nComponents: main\n");
  apt.add("sources.list.d/old.list", "# deb http://mirror.one/debian bookworm main\n");
  apt.add("sources.list.d/off.sources",
          "Enabled: no\nTypes: deb\nURIs: http://mirror.two/debian\nSuites: bookworm\nComponents: main\n");
  const std::string sources = apt.sources();
  for (const char* host : {"docker.com", "nodesource", "mirror.one", "mirror.two"}) {
    CHECK_THAT(sources, !Catch::Contains(host));
  }
}

TEST_CASE("a host of another release gets Debian's own mirrors") {
  Apt apt;
  apt.add("sources.list", "deb http://mirror.one/debian trixie main\n");
  CHECK_THAT(apt.sources(), Catch::Contains("URIs: http://deb.debian.org/debian\nSuites: bookworm\n"));
}

TEST_CASE("everything is checked against Debian's keys alone") {
  Apt apt;
  apt.add("sources.list", "deb [signed-by=/usr/share/keyrings/other.gpg] http://mirror.one/debian bookworm main\n");
  CHECK_THAT(apt.sources(), !Catch::Contains("other.gpg"));
  CHECK_THAT(apt.sources(), Catch::Contains("Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg"));
}

}  // namespace penstock::test
