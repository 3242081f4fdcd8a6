#include "pipeline/pipeline.h"

#include "base/base64.h"
#include "base/error.h"
#include "unit/pipeline/pipeline_fixture.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <thread>

using namespace penstock;
using namespace penstock::test;
namespace fs = std::filesystem;

TEST_CASE_METHOD(PipelineFixture, "a build hook's work is in the artifact, .upsun and .git are not") {
  build_hook("mkdir out && echo built > out/file");
  git.write("index.html", "hello");
  const auto built = build();
  CHECK(read(built, "out/file") == "built\n");
  CHECK(read(built, "index.html") == "hello");
  CHECK_FALSE(fs::exists(artifacts.mount(built.digest) / ".upsun"));
  CHECK_FALSE(fs::exists(artifacts.mount(built.digest) / ".git"));
  CHECK(printed("Building application 'app' (runtime type: static:1, tree: " + built.tree.substr(0, 7) + ")\n"));
  CHECK(printed("  Executing build hook...\n"));
}

TEST_CASE_METHOD(PipelineFixture, "the hook sees the build-time variables and its folders, and nothing of ours") {
  build_hook("env > env; pwd > pwd; id -u > uid; echo x > $PLATFORM_CACHE_DIR/kept; ls /tmp > tmp");
  variables.push_back({.project = project.id, .environment = {}, .name = "env:color", .value = "red"});
  const auto built = build();
  const std::string environment = read(built, "env");
  CHECK(environment.find("COLOR=red\n") != std::string::npos);
  CHECK(environment.find("PLATFORM_TREE_ID=" + built.tree + "\n") != std::string::npos);
  CHECK(environment.find("SOURCE_DATE_EPOCH=1700000000\n") != std::string::npos);
  CHECK(environment.find("npm_config") == std::string::npos);
  CHECK(read(built, "pwd") == "/app\n");
  CHECK(read(built, "uid") == "10000\n");
  CHECK(read(built, "tmp") == "cache\n");
  CHECK(read_file(state.path() / "cache" / project.id / "kept") == "x\n");
}

TEST_CASE_METHOD(PipelineFixture, "a failing hook fails the build with its status, and nothing is left") {
  build_hook("no-such-program");
  CHECK_THROWS_WITH(build(), "The build hook failed with status code 127. Aborted build.");
  CHECK(printed("    W: dash: 1: no-such-program: not found\n"));
  CHECK(printed("E: Error building project: The build hook failed with status code 127. Aborted build.\n"));
  CHECK(fs::is_empty(state.path() / "builds"));
  CHECK(artifacts.list().empty());
  CHECK(engine->list().empty());
}

TEST_CASE_METHOD(PipelineFixture, "the status of a hook is that of its last command") {
  build_hook("false; true");
  build();
}

TEST_CASE_METHOD(PipelineFixture, "a known build is reused after a revert, by other commits and without a container") {
  build_hook("date +%N > when");
  git.write("page", "one");
  const auto first = build();
  git.write("page", "two");
  const auto second = build();
  git.write("page", "one");
  const auto reverted = build();
  CHECK(first.digest != second.digest);
  CHECK(reverted.digest == first.digest);
  CHECK(reverted.reused);
  CHECK(printed("  Reusing existing build for this tree ID\n"));
  CHECK(store.builds().of_commit(project.id, git.git({"rev-parse", "HEAD"})).at(0).build_id == first.build_id);
}

TEST_CASE_METHOD(PipelineFixture, "the same commit built again is the same artifact") {
  build_hook("mkdir -p b a; seq 1000 > b/x; ln b/x a/y; ln -s b c; chmod 700 a");
  const auto first = build();
  store.builds().clear(project.id);
  const auto second = build(git.git({"rev-parse", "HEAD"}));
  CHECK_FALSE(second.reused);
  CHECK(second.digest == first.digest);
}

TEST_CASE_METHOD(PipelineFixture, "a build whose artifact was lost is built again") {
  build_hook("true");
  const auto first = build();
  artifacts.remove(first.digest);
  CHECK_FALSE(build().reused);
}

TEST_CASE_METHOD(PipelineFixture, "without anything to run no container starts") {
  configure("");
  const auto built = build();
  CHECK_FALSE(printed("Executing"));
  CHECK(artifacts.list().size() == 1);
  CHECK(store.artifacts().get(built.digest).manifest.at("build_id") == built.build_id);
}

TEST_CASE_METHOD(PipelineFixture, "an invalid configuration is told problem by problem") {
  configure("    hoks: {}\n    mounts: 7\n");
  CHECK_THROWS_AS(build(), UserError);
  CHECK(printed("E: .upsun/config.yaml:5: "));
  CHECK(printed("E: .upsun/config.yaml:6: "));
}

TEST_CASE_METHOD(PipelineFixture, "mounts become directories, those that hide files are warned of") {
  configure("    mounts:\n      data/deep: {source: storage}\n      public: {source: storage}\n");
  git.write("public/file", "hidden");
  const auto built = build();
  CHECK(fs::is_directory(artifacts.mount(built.digest) / "data/deep"));
  CHECK(printed("  W: The mount '/public' has a path that overlaps with a non-empty folder.\n"));
}

TEST_CASE_METHOD(PipelineFixture, "a mount never follows a link out of the application") {
  configure("    mounts:\n      link/evil: {source: storage}\n");
  fs::create_symlink(state.path(), git.path() / "link");
  CHECK_THROWS_AS(build(), UserError);
  CHECK_FALSE(fs::exists(state.path() / "evil"));
}

TEST_CASE_METHOD(PipelineFixture, "a cancelled build ends at once and leaves nothing") {
  build_hook("echo started; sleep 600");
  const std::string commit = git.commit("slow");
  std::stop_source source;
  struct CancellingSink : OutputSink {
    std::stop_source& source;
    explicit CancellingSink(std::stop_source& stop) : source(stop) {}
    void write(std::string_view text) override {
      if (text.find("started") != std::string_view::npos) source.request_stop();
    }
  } cancelling(source);
  const git::Repository repository(git.path() / ".git");
  const auto configuration = pipeline().validate(repository, commit, output);
  CHECK_THROWS_AS(pipeline().build({project, repository, commit, {}}, configuration, cancelling, source.get_token()),
                  Cancelled);
  CHECK(fs::is_empty(state.path() / "builds"));
  CHECK(engine->list().empty());
}

TEST_CASE_METHOD(PipelineFixture, "a build that takes too long is ended") {
  limits.time = std::chrono::milliseconds(700);
  build_hook("sleep 600");
  CHECK_THROWS_AS(build(), Error);
  CHECK(printed("E: Error building project: "));
  CHECK(engine->list().empty());
}

TEST_CASE_METHOD(PipelineFixture, "applications of one repository are built apart") {
  git.write(".upsun/config.yaml",
            "applications:\n"
            "  one: {type: 'static:1', source: {root: one}, web: {commands: {start: sleep 1}}}\n"
            "  two: {type: 'static:1', source: {root: two}, web: {commands: {start: sleep 1}}}\n"
            "routes: {'https://{default}/': {type: upstream, upstream: 'one:http'}}\n");
  git.write("one/page", "1");
  git.write("two/page", "2");
  const auto before = build_all(git.commit("both"));
  git.write("two/page", "3");
  const auto after = build_all(git.commit("one of them"));
  CHECK(read(before.at(1), "page") == "2");
  CHECK(after.at(0).reused);
  CHECK_FALSE(after.at(1).reused);
}

TEST_CASE_METHOD(PipelineFixture, "the start-up sweep keeps what is registered") {
  configure("");
  const auto built = build();
  fs::create_directories(state.path() / "builds/left/app");
  ContainerSpec container = TestEngine::shell("true");
  container.labels = {{"role", "build"}};
  engine->create(container);
  pipeline().sweep();
  CHECK(engine->list().empty());
  CHECK(artifacts.list().size() == 1);
  CHECK(artifacts.list().at(0).digest == built.digest);
  CHECK_FALSE(fs::exists(state.path() / "builds/left"));
}
