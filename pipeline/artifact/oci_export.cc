#include "pipeline/artifact/oci_export.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "pipeline/artifact/artifact_store.h"
#include "pipeline/artifact/file_tree.h"
#include "pipeline/artifact/image_view.h"
#include "pipeline/artifact/tar_layer.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/utsname.h>

#include <limits>

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kConfigType = "application/vnd.oci.image.config.v1+json";
constexpr const char* kLayerType = "application/vnd.oci.image.layer.v1.tar";

Json descriptor(const char* type, const std::string& sha256, std::uint64_t size) {
  return {{"mediaType", type}, {"digest", "sha256:" + sha256}, {"size", size}};
}

// Go's name of this machine's architecture.
std::string architecture() {
  utsname name{};
  ::uname(&name);
  const std::string machine = name.machine;
  if (machine == "x86_64") return "amd64";
  return machine == "aarch64" ? "arm64" : machine;
}

// The files below blobs/, each named by its digest.
class Blobs {
 public:
  explicit Blobs(const fs::path& layout) : directory_(layout / "blobs/sha256") { fs::create_directories(directory_); }

  Json add(const char* type, const Json& document) const {
    const std::string text = document.dump();
    const std::string digest = sha256_hex(text);
    write_file_durably(directory_ / digest, text);
    return descriptor(type, digest, text.size());
  }

  Json add_layer(const FileTree& tree) const {
    const fs::path draft = directory_ / ".layer";
    const Fd file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file) throw SystemError("create " + draft.string());
    const TarLayer layer = write_tar(tree, "app", file.get());
    fs::rename(draft, directory_ / layer.sha256);
    return descriptor(kLayerType, layer.sha256, layer.size);
  }

 private:
  fs::path directory_;
};

Json image_config(const Json& layer, std::int64_t modified) {
  const WallTime created{std::chrono::seconds(modified)};
  return {{"created", iso8601(created)},
          {"architecture", architecture()},
          {"os", "linux"},
          {"config", {{"User", "10000:10000"}, {"WorkingDir", "/app"}}},
          {"rootfs", {{"type", "layers"}, {"diff_ids", {layer.at("digest")}}}}};
}

}  // namespace

void OciExport::run(const fs::path& destination) const {
  fs::create_directories(destination);
  if (!fs::is_empty(destination)) throw Conflict("cannot export to " + destination.string() + ": it is not empty");
  const ImageView view = artifacts.view(digest);
  const FileTree tree(view.path(), std::numeric_limits<std::int64_t>::max());
  const Blobs blobs(destination);
  const Json layer = blobs.add_layer(tree);
  const Json config = blobs.add(kConfigType, image_config(layer, tree.nodes().front().modified));
  const Json manifest = blobs.add(kManifestType, {{"schemaVersion", 2},
                                                  {"mediaType", kManifestType},
                                                  {"config", config},
                                                  {"layers", Json::array({layer})},
                                                  {"annotations", annotations}});
  write_file_durably(destination / "oci-layout", R"({"imageLayoutVersion": "1.0.0"})");
  write_file_durably(destination / "index.json",
                     Json{{"schemaVersion", 2}, {"manifests", Json::array({manifest})}}.dump());
}

}  // namespace penstock
