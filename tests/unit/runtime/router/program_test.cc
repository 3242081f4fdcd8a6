#include "base/error.h"
#include "base/process.h"
#include "base/unix_socket.h"
#include "runtime/router/options.h"
#include "support/eventually.h"
#include "unit/runtime/router/test_support.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <csignal>

namespace penstock::router::test {

using Catch::Contains;
using penstock::test::eventually;

namespace {

bool answers(const std::filesystem::path& socket) {
  try {
    connect_unix(socket);
    return true;
  } catch (const SystemError&) {
    return false;
  }
}

}  // namespace

TEST_CASE("the command line is read, and what is wrong with it is named") {
  const Settings settings =
      parse_options({"--listen", "127.0.0.1:80", "--listen", "[::1]:80", "--control", "/c", "--state-dir", "/s",
                     "--https", "proxied", "--user", "nobody", "--threads", "3", "--take-over", "--drain", "7"});
  CHECK(settings.listen.size() == 2);
  CHECK(settings.https == HttpsMode::Proxied);
  CHECK(settings.threads == 3);
  CHECK(settings.take_over);
  CHECK(settings.timeouts.drain == std::chrono::seconds(7));
  CHECK_THROWS_WITH(parse_options({"--threads", "0"}), Contains("expected a number"));
  CHECK_THROWS_WITH(parse_options({"--lisen", "x"}), Contains("--lisen"));
  CHECK_THROWS_WITH(parse_options({"--listen"}), Contains("value is missing"));
  CHECK_THROWS_WITH(parse_options({"--https", "maybe"}), Contains("expected off, proxied or on"));
  CHECK(parse_options({"--listen", "a:1", "--listen-tls", "a:2", "--control", "/c", "--state-dir", "/s"}).https ==
        HttpsMode::On);
  CHECK_THROWS_WITH(parse_options({"--listen", "a:1", "--https", "on", "--control", "/c", "--state-dir", "/s"}),
                    Contains("go together"));
  CHECK_THROWS_WITH(parse_options({"--listen", "x"}), Contains("are needed"));
}

TEST_CASE("the program serves as an unprivileged user and ends on SIGTERM") {
  if (::geteuid() != 0) return;
  const TemporaryDirectory directory;
  ::chmod(directory.path().c_str(), 0755);
  const auto control = directory.path() / "control";
  Process program({.argv = {ROUTER_PROGRAM, "--listen", "127.0.0.1:0", "--control", control, "--state-dir",
                            directory.path() / "state", "--user", "nobody", "--log-level", "error"},
                   .environment = {},
                   .directory = {},
                   .user = {},
                   .inherited_fds = {}});
  REQUIRE(eventually([&] { return answers(control); }));
  Client client(connect_unix(control));
  CHECK_THAT(client.send("{\"op\":\"ping\"}\n").read_until("\n"), Contains("true"));
  const std::string status = read_file("/proc/" + std::to_string(program.pid()) + "/status");
  CHECK_THAT(status, Contains("NoNewPrivs:\t1") && Contains("CapEff:\t0000000000000000") && !Contains("Uid:\t0"));
  Client again(connect_unix(control));
  CHECK_THAT(again.send("{\"op\":\"put\",\"environment\":{\"id\":\"a\"}}\n").read_until("\n"), Contains("true"));
  CHECK(std::filesystem::exists(directory.path() / "state/environments/a.json"));
  program.signal_group(SIGTERM);
  CHECK(program.wait().success());
}

}  // namespace penstock::router::test
