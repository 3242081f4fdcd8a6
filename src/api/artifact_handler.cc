#include "api/artifact_handler.h"

#include "api/artifact_json.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "pipeline/artifact/artifact_store.h"
#include "pipeline/artifact/oci_export.h"
#include "store/store.h"

#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

class ReaderSink : public OutputSink {
 public:
  ReaderSink(Reader& reader, std::stop_source& gone) : reader_(reader), gone_(gone) {}
  void write(std::string_view bytes) override {
    if (!gone_.stop_requested() && !reader_.send(bytes)) gone_.request_stop();
  }

 private:
  Reader& reader_;
  std::stop_source& gone_;
};

void send_archive(const std::filesystem::path& directory, Reader& reader) {
  std::stop_source gone;
  ReaderSink sink(reader, gone);
  CommandOptions tar;
  tar.process.argv = {"tar", "--create", "--file=-", "--directory=" + directory.string(), "."};
  tar.out = &sink;
  tar.stop = gone.get_token();
  const CommandResult result = run_command(tar);
  if (!result.status.success()) throw Error("cannot pack " + directory.string() + ": " + result.err);
}

bool belongs_to(Store& store, const Artifact& artifact, const std::string& project) {
  const auto build = store.builds().find(project, artifact.manifest.value("build_id", std::string()));
  return build && build->digest == artifact.digest;
}

}  // namespace

Response ArtifactHandler::list(const Request& request) const {
  const std::optional<std::string> project = request.query_value("project");
  const std::set<std::string> in_use = store.artifacts().in_use(kept_deployments);
  Json list = Json::array();
  for (const Artifact& artifact : store.artifacts().list()) {
    if (project && !belongs_to(store, artifact, *project)) continue;
    list.push_back(artifact_json(artifact, in_use.contains(artifact.digest)));
  }
  return Response::json(list);
}

Response ArtifactHandler::get(const Request& request) const {
  const Artifact artifact = store.artifacts().get(request.param("artifact"));
  return Response::json(artifact_json(artifact, store.artifacts().in_use(kept_deployments).contains(artifact.digest)));
}

Response ArtifactHandler::verify(const Request& request) const {
  const Artifact artifact = store.artifacts().get(request.param("artifact"));
  try {
    artifacts.verify(artifact.digest);
  } catch (const Error& error) {
    return Response::json({{"intact", false}, {"message", error.what()}});
  }
  return Response::json({{"intact", true}, {"message", ""}});
}

Response ArtifactHandler::export_image(const Request& request) const {
  const Artifact artifact = store.artifacts().get(request.param("artifact"));
  const std::map<std::string, std::string> annotations = {
      {"org.opencontainers.image.revision", artifact.manifest.value("commit", std::string())},
      {"org.opencontainers.image.title", artifact.manifest.value("application", std::string())}};
  return Response::streamed("application/x-tar", [this, artifact, annotations](Reader& reader) {
    std::filesystem::create_directories(scratch);
    const TemporaryDirectory directory(scratch);
    OciExport{artifacts, artifact.digest, annotations}.run(directory.path());
    send_archive(directory.path(), reader);
  });
}

}  // namespace penstock::api
