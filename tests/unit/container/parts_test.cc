#include "base/error.h"
#include "base/file.h"
#include "container/address_pool.h"
#include "container/cgroup.h"
#include "container/container_log.h"
#include "container/process_identity.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <fstream>
#include <set>

namespace fs = std::filesystem;

namespace penstock::test {

TEST_CASE("an address pool gives each address once and takes it back") {
  const TemporaryDirectory directory;
  const AddressPool pool(directory.path(), "10.9.8.0/29");
  std::set<std::string> given;
  for (int i = 0; i < 6; ++i) given.insert(pool.claim("c" + std::to_string(i)));
  CHECK(given.size() == 6);
  CHECK(*given.begin() == "10.9.8.1");
  CHECK(*given.rbegin() == "10.9.8.6");
  CHECK_THROWS_AS(pool.claim("one too many"), Error);
  pool.release("10.9.8.3", pool.claims().at("10.9.8.3"));
  CHECK(pool.claim("next") == "10.9.8.3");
}

TEST_CASE("only its owner gives an address back") {
  const TemporaryDirectory directory;
  const AddressPool pool(directory.path(), "10.9.8.0/30");
  const std::string address = pool.claim("owner");
  pool.release(address, "somebody else");
  CHECK(pool.claims().at(address) == "owner");
}

TEST_CASE("what is given stays given after a restart") {
  const TemporaryDirectory directory;
  const std::string address = AddressPool(directory.path(), "10.9.8.0/30").claim("owner");
  CHECK(AddressPool(directory.path(), "10.9.8.0/30").claim("other") != address);
}

TEST_CASE("an address pool must be a network") {
  const TemporaryDirectory directory;
  for (const char* network : {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/31", "ten/8", "10.0.0.0/99"}) {
    CHECK_THROWS_AS(AddressPool(directory.path(), network), UserError);
  }
}

TEST_CASE("the tail of a log joins what was written in pieces and skips what is no log") {
  const TemporaryDirectory directory;
  const fs::path log = directory.path() / "log";
  CHECK(tail_of_log(log, 5).empty());
  std::ofstream(log) << "broken\n"
                        "2026-11-21T11:15:26+00:00 stdout F one\n"
                        "2026-11-21T11:15:26+00:00 stdout P tw\n"
                        "2026-11-21T11:15:26+00:00 stdout F o  words\n"
                        "2026-11-21T11:15:26+00:00 stderr F \n"
                        "2026-11-21T11:15:27+00:00 stdout P unfinished\n";
  CHECK(tail_of_log(log, 10) == std::vector<std::string>{"one", "two  words", "", "unfinished"});
  CHECK(tail_of_log(log, 2) == std::vector<std::string>{"", "unfinished"});
}

TEST_CASE("a process is recognised, another with its number is not") {
  const ProcessIdentity self = ProcessIdentity::from_json(ProcessIdentity::of(::getpid()).to_json());
  CHECK(self.open());
  ProcessIdentity earlier = self;
  --earlier.start_time;
  CHECK_FALSE(earlier.open());
  ProcessIdentity before_reboot = self;
  before_reboot.boot_id = "another";
  CHECK_FALSE(before_reboot.open());
}

TEST_CASE("limits of version 2 are written as the kernel reads them") {
  const TemporaryDirectory root;
  for (const char* file : {"cgroup.controllers", "cgroup.subtree_control"}) std::ofstream(root.path() / file) << "";
  const fs::path group = root.path() / "ps/one";
  fs::create_directories(group);
  const std::vector<std::string> files{"memory.max", "memory.swap.max", "pids.max", "cpu.max",
                                       "../cgroup.subtree_control"};
  for (const std::string& file : files) std::ofstream(group / file) << "";
  Cgroup(CgroupHierarchy::detect(root.path()), "ps/one").create({.cpus = 1.5, .memory_bytes = 1 << 20, .pids = 7});
  CHECK(read_file(root.path() / "ps/cgroup.subtree_control") == "+memory +pids +cpu");
  CHECK(read_file(group / "memory.max") == "1048576");
  CHECK(read_file(group / "pids.max") == "7");
  CHECK(read_file(group / "cpu.max") == "150000 100000");
}

}  // namespace penstock::test
