#include "api/git_http.h"

#include "api/hook_server.h"
#include "base/base64.h"
#include "base/error.h"
#include "base/user.h"
#include "git/create.h"
#include "git/repository.h"
#include "support/eventually.h"
#include "support/git_sandbox.h"
#include "unit/api/recording_push_handler.h"

#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/ServerSocket.h>
#include <catch2/catch.hpp>
#include <fmt/core.h>

#include <sys/stat.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <thread>

namespace penstock {
namespace {

namespace fs = std::filesystem;

using Arguments = std::vector<std::string>;

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const GitHttpOptions& options) : options_(options) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new GitHttpHandler(options_);
  }

 private:
  const GitHttpOptions& options_;
};

// A real HTTP server with one project "shop", its token "secret", and a working copy to push from.
struct GitHttpFixture {
  TemporaryDirectory directory;
  fs::path bare = directory.path() / "repositories" / "shop.git";
  test::RecordingPushHandler handler;
  std::optional<std::pair<uid_t, gid_t>> user;
  GitHttpOptions options;
  std::optional<HookServer> hooks;
  std::optional<Poco::Net::HTTPServer> server;
  std::string host;
  test::GitSandbox work;

  GitHttpFixture() {
    // git runs as another user wherever that is possible.
    if (::geteuid() == 0) user = find_user("nobody");
    git::CreateRepository{.path = bare, .hooks = GIT_HOOKS, .max_input_bytes = 2'000'000, .owner = user}.run();
    for (const fs::path& path : {directory.path(), bare.parent_path()}) ::chmod(path.c_str(), 0711);
    options = {.authenticate = [](std::string_view token) -> std::optional<std::string> {
                 if (token == "secret") return "tester";
                 return std::nullopt;
               },
               .repository = [this](const std::string& project) -> std::optional<fs::path> {
                 if (project == "shop") return bare;
                 return std::nullopt;
               },
               .hooks = GIT_HOOKS,
               .hook_socket = directory.path() / "hooks.sock",
               .pushes = &handler,
               .user = user};
    hooks.emplace(options.hook_socket, handler,
                  user ? std::optional<uid_t>(user->first) : std::optional<uid_t>(::geteuid()));
    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
    host = socket.address().toString();
    server.emplace(new Factory(options), socket, new Poco::Net::HTTPServerParams);
    server->start();
    work.write("file", "one");
    work.commit("first");
  }

  ~GitHttpFixture() { server->stopAll(true); }

  std::string url(const std::string& credentials = "x:secret@") const {
    return fmt::format("http://{}{}/shop.git", credentials, host);
  }

  CommandResult push(const Arguments& refs, const Arguments& flags = {}) {
    Arguments arguments{"push"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.push_back(url());
    arguments.insert(arguments.end(), refs.begin(), refs.end());
    CommandResult result = work.try_git(arguments);
    handler.seen();
    return result;
  }

  std::optional<std::string> head(const std::string& ref) const { return git::Repository(bare).resolve(ref); }
};

}  // namespace

TEST_CASE_METHOD(GitHttpFixture, "a push arrives and can be cloned and fetched") {
  REQUIRE(push({"main"}).status.success());
  CHECK(head("main") == work.git({"rev-parse", "main"}));
  const test::GitSandbox other;
  other.git({"clone", "-q", url(), "copy"});
  CHECK(read_file(other.path() / "copy/file") == "one");
  work.write("file", "two");
  const std::string second = work.commit("second");
  REQUIRE(push({"main"}).status.success());
  other.git({"-C", "copy", "fetch", "-q"});
  CHECK(other.git({"-C", "copy", "rev-parse", "origin/main"}) == second);
}

TEST_CASE_METHOD(GitHttpFixture, "every version of the protocol is spoken") {
  REQUIRE(push({"main"}).status.success());
  for (const char* version : {"0", "1", "2"}) {
    const std::string setting = std::string("protocol.version=") + version;
    CHECK_THAT(work.git({"-c", setting, "ls-remote", url()}), Catch::Contains("refs/heads/main"));
  }
  CommandOptions trace;
  trace.process.argv = {"git", "-c", "protocol.version=2", "ls-remote", url()};
  trace.process.environment = Arguments{"PATH=/usr/bin:/bin", "GIT_TRACE_PACKET=1", "HOME=/nonexistent"};
  CHECK_THAT(run_command(trace).err, Catch::Contains("< version 2"));
}

TEST_CASE_METHOD(GitHttpFixture, "credentials come in the URL or in a header") {
  CHECK(work.try_git({"ls-remote", url("secret@")}).status.success());
  CHECK(work.try_git({"ls-remote", url("secret:@")}).status.success());
  for (const std::string& value : {std::string("Bearer secret"), "Basic " + base64_encode("any:secret")}) {
    CHECK(work.try_git({"-c", "http.extraHeader=Authorization: " + value, "ls-remote", url("")}).status.success());
  }
}

TEST_CASE_METHOD(GitHttpFixture, "without the right token nothing is served and nothing created") {
  for (const std::string& credentials : {std::string(), std::string("x:wrong@")}) {
    const CommandResult result = work.try_git({"push", url(credentials), "main"});
    CHECK(result.status.code == 128);
  }
  CHECK_THAT(work.try_git({"push", url("x:wrong@"), "main"}).err, Catch::Contains("Authentication failed"));
  CHECK_FALSE(head("main"));
  CHECK(handler.seen().before.empty());
  CHECK(handler.seen().ended.empty());
}

TEST_CASE_METHOD(GitHttpFixture, "a project that does not exist is not found") {
  const CommandResult result = work.try_git({"ls-remote", fmt::format("http://x:secret@{}/none.git", host)});
  CHECK_THAT(result.err, Catch::Contains("not found"));
}

TEST_CASE_METHOD(GitHttpFixture, "the hooks see what is pushed before and after it is there") {
  // Catch's assertions are for one thread; the hooks are heard on others.
  std::atomic<bool> absent_before = false;
  std::atomic<bool> readable_before = false;
  std::atomic<bool> there_after = false;
  handler.on_pre_receive([&](const PushRequest& request, OutputSink&, const std::stop_token&) {
    absent_before = !head("main");
    const git::Repository repository(bare, request.quarantine);
    readable_before = repository.read(request.updates.at(0).new_id, "file") == "one";
    return PushVerdict::Accept;
  });
  handler.on_post_receive([&](const PushRequest& request, OutputSink&, const std::stop_token&) {
    there_after = head("main") == request.updates.at(0).new_id;
  });
  REQUIRE(push({"main"}).status.success());
  CHECK(absent_before);
  CHECK(readable_before);
  CHECK(there_after);
  const auto seen = handler.seen();
  REQUIRE(seen.before.size() == 1);
  REQUIRE(seen.after.size() == 1);
  CHECK(seen.before[0].project == "shop");
  CHECK(seen.before[0].user == "tester");
  CHECK(seen.before[0].push == seen.after[0].push);
  CHECK(test::eventually([&] { return handler.seen().ended == Arguments{seen.before[0].push}; }));
}

TEST_CASE_METHOD(GitHttpFixture, "a rejected push moves nothing and shows why") {
  handler.on_pre_receive([](const PushRequest&, OutputSink& out, const std::stop_token&) {
    out.line(".upsun/config.yaml:3: unknown key");
    return PushVerdict::Reject;
  });
  const CommandResult result = push({"main", "main:other"});
  CHECK(result.status.code == 1);
  CHECK_THAT(result.err, Catch::Contains("remote: .upsun/config.yaml:3: unknown key"));
  CHECK_THAT(result.err, Catch::Contains("pre-receive hook declined"));
  CHECK_FALSE(head("main"));
  CHECK(handler.seen().after.empty());
  CHECK(test::eventually([&] { return handler.seen().ended.size() == 1; }));
}

TEST_CASE_METHOD(GitHttpFixture, "the pusher sees output while the deploy still runs") {
  CapturingSink err;
  std::atomic<bool> shown = false;
  handler.on_post_receive([&](const PushRequest&, OutputSink& out, const std::stop_token&) {
    out.line("Starting app");
    shown = test::eventually([&] { return err.text().find("remote: Starting app") != std::string::npos; });
  });
  CommandOptions command;
  command.process.argv = {"git", "-C", work.path(), "push", "-q", url(), "main"};
  command.err = &err;
  CHECK(run_command(command).status.success());
  CHECK(shown);
  CHECK(handler.seen().answered == 2);
}

TEST_CASE_METHOD(GitHttpFixture, "push options arrive") {
  REQUIRE(push({"main"}, {"-o", "environment.status=active", "-o", "a b"}).status.success());
  CHECK(handler.seen().before.at(0).options == Arguments{"environment.status=active", "a b"});
  CHECK(handler.seen().after.at(0).options.size() == 2);
}

TEST_CASE_METHOD(GitHttpFixture, "several refs and tags are one push") {
  work.git({"tag", "v1"});
  REQUIRE(push({"main", "main:feature/x", "v1"}).status.success());
  CHECK(handler.seen().before.size() == 1);
  CHECK(handler.seen().before.at(0).updates.size() == 3);
  CHECK(head("feature/x") == head("main"));
  CHECK(head("v1") == head("main"));
}

TEST_CASE_METHOD(GitHttpFixture, "a branch can be deleted and forced") {
  REQUIRE(push({"main:old"}).status.success());
  work.git({"commit", "-q", "--amend", "-m", "rewritten"});
  CHECK_FALSE(push({"main:old"}).status.success());
  REQUIRE(push({"main:old"}, {"--force"}).status.success());
  CHECK(head("old") == work.git({"rev-parse", "main"}));
  REQUIRE(push({":old"}).status.success());
  CHECK(git::is_null(handler.seen().before.back().updates.at(0).new_id));
  CHECK_FALSE(head("old"));
}

TEST_CASE_METHOD(GitHttpFixture, "a push of nothing new calls nobody") {
  REQUIRE(push({"main"}).status.success());
  CHECK_THAT(push({"main"}).err, Catch::Contains("up-to-date"));
  CHECK(handler.seen().before.size() == 1);
}

TEST_CASE_METHOD(GitHttpFixture, "a large push is streamed") {
  std::string content(1'500'000, '\0');
  std::srand(1);
  for (char& c : content) c = static_cast<char>(std::rand());
  work.write("large", content);
  work.commit("large");
  REQUIRE(push({"main"}).status.success());
  const test::GitSandbox other;
  other.git({"clone", "-q", url(), "copy"});
  CHECK(read_file(other.path() / "copy/large") == content);
}

TEST_CASE_METHOD(GitHttpFixture, "a push over the limit is refused with the reason") {
  std::string content(8'000'000, '\0');
  std::srand(1);
  for (char& c : content) c = static_cast<char>(std::rand());
  work.write("large", content);
  work.commit("large");
  const CommandResult result = push({"main"});
  CHECK_FALSE(result.status.success());
  CHECK_THAT(result.err, Catch::Contains("exceeds maximum allowed size"));
  CHECK_FALSE(head("main"));
}

TEST_CASE_METHOD(GitHttpFixture, "a push from a shallow clone is refused clearly, until it is complete") {
  work.commit("second");
  REQUIRE(push({"main"}).status.success());
  const test::GitSandbox other;
  other.git({"clone", "-q", "--depth", "1", url(), "copy"});
  fs::remove_all(bare);
  git::CreateRepository{.path = bare, .hooks = GIT_HOOKS, .owner = user}.run();
  const CommandResult result = other.try_git({"-C", "copy", "push", "-q", "origin", "main"});
  CHECK_FALSE(result.status.success());
  CHECK_THAT(result.err, Catch::Contains("shallow update not allowed"));
}

TEST_CASE_METHOD(GitHttpFixture, "of two pushes to one branch at once one wins and the other can be repeated") {
  REQUIRE(push({"main"}).status.success());
  Synchronized<int> waiting;
  std::condition_variable both;
  handler.on_pre_receive([&](const PushRequest&, OutputSink&, const std::stop_token&) {
    auto state = waiting.lock();
    ++*state;
    both.notify_all();
    both.wait_for(state.unique_lock(), std::chrono::seconds(10), [&] { return *state == 2; });
    return PushVerdict::Accept;
  });
  work.git({"branch", "a"});
  const std::string left = work.commit("left");
  work.git({"checkout", "-q", "a"});
  const std::string right = work.commit("right");
  std::vector<CommandResult> results(2);
  std::jthread first([&] { results[0] = push({"main:main"}); });
  std::jthread second([&] { results[1] = push({"a:main"}); });
  first.join();
  second.join();
  CHECK(results[0].status.success() != results[1].status.success());
  CHECK(head("main") == (results[0].status.success() ? left : right));
  handler.on_pre_receive(nullptr);
  CHECK(push({results[0].status.success() ? "a:main" : "main:main"}, {"--force"}).status.success());
}

TEST_CASE_METHOD(GitHttpFixture, "a pusher who hangs up does not stop the deploy") {
  std::atomic<bool> finished = false;
  std::optional<Process> pusher;
  Synchronized<int> mutex;
  handler.on_post_receive([&](const PushRequest&, OutputSink& out, const std::stop_token&) {
    const auto state = mutex.lock();
    pusher->signal_group(SIGKILL);
    pusher->wait();
    for (int i = 0; i < 10'000; ++i) out.line("nobody reads this line of the deploy any more");
    finished = true;
  });
  {
    ProcessOptions command;
    command.argv = {"git", "-C", work.path(), "push", "-q", url(), "main"};
    const auto state = mutex.lock();
    pusher.emplace(command);
  }
  CHECK(test::eventually([&] { return finished && handler.seen().ended.size() == 1; }));
  CHECK(head("main"));
}

TEST_CASE("git paths are told from the API's") {
  CHECK(is_git_path("/shop.git/info/refs"));
  CHECK_FALSE(is_git_path("/projects/shop"));
  CHECK_FALSE(is_git_path("/"));
}

}  // namespace penstock
