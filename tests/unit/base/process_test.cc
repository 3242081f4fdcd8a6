#include "base/process.h"

#include "base/error.h"
#include "base/file.h"
#include "support/eventually.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace penstock {
namespace {

CommandOptions shell(const std::string& script) {
  CommandOptions options;
  options.process.argv = {"/bin/sh", "-c", script};
  return options;
}

TEST_CASE("a child has no descriptor but those it was given, also when a library forgot to say so") {
  const int leaked = ::open("/dev/null", O_RDONLY);
  const std::string open = run_checked({"sh", "-c", "ls /proc/$$/fd"});
  ::close(leaked);
  CHECK(open.find(std::to_string(leaked)) == std::string::npos);
}

}  // namespace

TEST_CASE("a command's outputs and status are collected") {
  const CommandResult result = run_command(shell("echo out; echo err >&2; exit 3"));
  CHECK(result.out == "out\n");
  CHECK(result.err == "err\n");
  CHECK(result.status.code == 3);
  CHECK(result.status.describe() == "status code 3");
}

TEST_CASE("a command reads more input than a pipe holds") {
  const std::string input(1 << 20, 'x');
  CommandOptions options = shell("wc -c");
  options.input = input;
  CHECK(run_command(options).out == "1048576\n");
}

TEST_CASE("a program that does not exist is an error that names it") {
  CommandOptions options;
  options.process.argv = {"/nonexistent/program"};
  CHECK_THROWS_WITH(run_command(options), Catch::Contains("/nonexistent/program"));
}

TEST_CASE("a command past its timeout is killed with its children") {
  CommandOptions options = shell("sleep 1000 & echo $!; wait");
  CapturingSink out;
  options.out = &out;
  options.timeout = std::chrono::milliseconds(200);
  CHECK_THROWS_WITH(run_command(options), Catch::Contains("did not end within 200 ms"));
  const std::string process = "/proc/" + std::to_string(std::stoi(out.text())) + "/cmdline";
  // A zombie that nobody has reaped yet has no command line any more.
  CHECK(test::eventually([&] { return !std::filesystem::exists(process) || read_file(process).empty(); }));
}

TEST_CASE("a stop request ends a command at once") {
  std::stop_source source;
  CommandOptions options = shell("echo started; exec sleep 1000");
  options.stop = source.get_token();
  std::jthread stopper([&] { source.request_stop(); });
  CHECK_THROWS_AS(run_command(options), Cancelled);
}

TEST_CASE("a command that leaves a background process with its output open still ends") {
  const TemporaryDirectory directory;
  const CommandResult result = run_command(shell("echo done; sleep 1000 & echo $! >&2"));
  CHECK(result.out == "done\n");
}

TEST_CASE("a checked command quotes the last line of its standard error") {
  CHECK_THROWS_WITH(run_checked({"/bin/sh", "-c", "echo first >&2; echo last >&2; exit 1"}),
                    "/bin/sh failed with status code 1: last");
}

TEST_CASE("a child gets only the environment it is given") {
  CommandOptions options;
  options.process.argv = {"/usr/bin/env"};
  options.process.environment = {"A=1"};
  CHECK(run_command(options).out == "A=1\n");
}

}  // namespace penstock
