#include "api/hook_server.h"

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "support/eventually.h"
#include "unit/api/recording_push_handler.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <optional>
#include <thread>

namespace penstock {
namespace {

const std::string kUpdate = std::string(40, '0') + " " + std::string(40, 'a') + " refs/heads/main\n";

struct HookFixture {
  TemporaryDirectory directory;
  std::filesystem::path socket = directory.path() / "hooks.sock";
  test::RecordingPushHandler handler;
  std::optional<HookServer> server;

  HookFixture() { server.emplace(socket, handler); }

  CommandOptions hook(const std::string& event) const {
    CommandOptions options;
    options.process.argv = {std::string(GIT_HOOKS) + "/" + event};
    options.process.environment = std::vector<std::string>{"PENSTOCK_HOOK_SOCKET=" + socket.string(),
                                                           "PENSTOCK_PUSH=p1",
                                                           "PENSTOCK_PROJECT=shop",
                                                           "PENSTOCK_USER=me",
                                                           "GIT_OBJECT_DIRECTORY=/q",
                                                           "GIT_ALTERNATE_OBJECT_DIRECTORIES=/a:/b",
                                                           "GIT_PUSH_OPTION_COUNT=2",
                                                           "GIT_PUSH_OPTION_0=environment.status=active",
                                                           "GIT_PUSH_OPTION_1=x"};
    options.input = kUpdate;
    options.timeout = std::chrono::seconds(30);
    return options;
  }

  CommandResult run(const std::string& event) {
    CommandResult result = run_command(hook(event));
    handler.seen();
    return result;
  }
};

}  // namespace

TEST_CASE_METHOD(HookFixture, "a hook brings the whole push") {
  CHECK(run("pre-receive").status.success());
  const PushRequest request = handler.seen().before.at(0);
  CHECK(request.push == "p1");
  CHECK(request.project == "shop");
  CHECK(request.user == "me");
  CHECK(request.quarantine->objects == "/q");
  CHECK(request.quarantine->alternates.size() == 2);
  CHECK(request.options == std::vector<std::string>{"environment.status=active", "x"});
  CHECK(request.updates.at(0).ref == "refs/heads/main");
  CHECK(git::is_null(request.updates.at(0).old_id));
  CHECK(request.updates.at(0).new_id == std::string(40, 'a'));
}

TEST_CASE_METHOD(HookFixture, "the name of the hook decides what is called") {
  CHECK(run("post-receive").status.success());
  CHECK(handler.seen().before.empty());
  CHECK(handler.seen().after.size() == 1);
}

TEST_CASE_METHOD(HookFixture, "a refused push ends the hook with an error") {
  handler.on_pre_receive([](const PushRequest&, OutputSink& out, const std::stop_token&) {
    out.write("config.yaml:3: ");
    out.write("unknown key\nunfinished");
    return PushVerdict::Reject;
  });
  const CommandResult result = run("pre-receive");
  CHECK(result.status.code == 1);
  CHECK(result.err == "config.yaml:3: unknown key\nunfinished\n");
}

TEST_CASE_METHOD(HookFixture, "an exception refuses the push and is shown") {
  handler.on_pre_receive([](const PushRequest&, OutputSink&, const std::stop_token&) -> PushVerdict {
    throw UserError("cannot build app: npm failed");
  });
  const CommandResult result = run("pre-receive");
  CHECK(result.status.code == 1);
  CHECK(result.err == "cannot build app: npm failed\n");
}

TEST_CASE_METHOD(HookFixture, "output is shown while the handler still works") {
  CapturingSink err;
  std::atomic<bool> shown = false;
  handler.on_post_receive([&](const PushRequest&, OutputSink& out, const std::stop_token&) {
    out.line("first");
    shown = test::eventually([&] { return err.text() == "first\n"; });
  });
  CommandOptions options = hook("post-receive");
  options.err = &err;
  CHECK(run_command(options).status.success());
  CHECK(shown);
  CHECK(handler.seen().answered == 1);
}

TEST_CASE_METHOD(HookFixture, "output that nobody takes does not stop the handler") {
  handler.on_post_receive([](const PushRequest&, OutputSink& out, const std::stop_token&) {
    const std::string line(1000, 'x');
    for (int i = 0; i < 20'000; ++i) out.line(line);
  });
  const Pipe never_read;
  const Pipe input;
  write_all(input.write.get(), kUpdate);
  ProcessOptions options = hook("post-receive").process;
  options.stdin_fd = input.read.get();
  options.stderr_fd = never_read.write.get();
  const Process process(options);
  const_cast<Pipe&>(input).write.reset();
  CHECK(test::eventually([&] { return handler.seen().after.size() == 1; }));
  server.reset();
}

TEST_CASE_METHOD(HookFixture, "text that is no UTF-8 arrives as text") {
  handler.on_post_receive([](const PushRequest&, OutputSink& out, const std::stop_token&) { out.line("a\xFFz"); });
  CHECK_THAT(run("post-receive").err, Catch::StartsWith("a") && Catch::EndsWith("z\n"));
}

TEST_CASE_METHOD(HookFixture, "a hook without penstockd says so") {
  server.reset();
  const CommandResult result = run("pre-receive");
  CHECK(result.status.code == 1);
  CHECK_THAT(result.err, Catch::Contains("cannot connect to " + socket.string()));
}

TEST_CASE_METHOD(HookFixture, "stopping ends the handlers and tells the hooks") {
  handler.on_pre_receive([](const PushRequest&, OutputSink& out, const std::stop_token& stop) {
    Synchronized<int> nothing;
    std::condition_variable_any requested;
    auto state = nothing.lock();
    requested.wait(state.unique_lock(), stop, [] { return false; });
    out.line("penstockd stops");
    return PushVerdict::Reject;
  });
  CommandResult result;
  std::jthread pusher([&] { result = run("pre-receive"); });
  CHECK(test::eventually([&] { return handler.seen().before.size() == 1; }));
  server.reset();
  pusher.join();
  CHECK(result.err == "penstockd stops\n");
  CHECK(result.status.code == 1);
}

TEST_CASE_METHOD(HookFixture, "others than root and git's user are not heard") {
  if (::geteuid() != 0) return;
  ::chmod(directory.path().c_str(), 0711);
  CommandOptions options = hook("pre-receive");
  options.process.user = {65534, 65534};
  const CommandResult result = run_command(options);
  CHECK(result.status.code == 1);
  CHECK_THAT(result.err, Catch::Contains("penstock"));
  CHECK(handler.seen().before.empty());
}

}  // namespace penstock
