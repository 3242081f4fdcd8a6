#include "pipeline/artifact/oci_export.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "pipeline/artifact/artifact_store.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace penstock;
namespace fs = std::filesystem;

namespace {

struct Exported {
  TemporaryDirectory work;
  ArtifactStore store{work.path() / "artifacts", work.path() / "mounts"};
  fs::path layout = work.path() / "layout";
  std::string digest;

  Exported() {
    const fs::path tree = work.path() / "tree";
    fs::create_directories(tree / "bin");
    std::ofstream(tree / "bin/run") << "#!/bin/sh\n";
    fs::permissions(tree / "bin/run", fs::perms(0755));
    fs::create_symlink("bin/run", tree / "link");
    fs::create_hard_link(tree / "bin/run", tree / "same");
    digest = store.freeze(tree, 1700000000).digest;
    OciExport{store, digest, {{"org.opencontainers.image.revision", "abc"}}}.run(layout);
  }

  Json blob(const Json& descriptor) const { return Json::parse(read_file(blob_path(descriptor))); }
  fs::path blob_path(const Json& descriptor) const {
    return layout / "blobs/sha256" / descriptor.at("digest").get<std::string>().substr(7);
  }
  Json manifest() const { return blob(Json::parse(read_file(layout / "index.json")).at("manifests").at(0)); }
};

}  // namespace

TEST_CASE_METHOD(Exported, "skopeo reads an exported artifact") {
  const Json inspected = Json::parse(run_checked({"skopeo", "inspect", "oci:" + layout.string()}));
  CHECK(inspected.at("Created") == "2023-11-14T22:13:20Z");
  CHECK(inspected.at("Layers").size() == 1);
}

TEST_CASE_METHOD(Exported, "every blob of an export is what its digest says") {
  for (const auto& blob : fs::directory_iterator(layout / "blobs/sha256")) {
    CHECK(sha256_hex_of_file(blob.path()) == blob.path().filename());
  }
  CHECK(manifest().at("annotations").at("org.opencontainers.image.revision") == "abc");
}

TEST_CASE_METHOD(Exported, "tar unpacks the layer to the same tree") {
  const fs::path unpacked = work.path() / "unpacked";
  fs::create_directory(unpacked);
  run_checked({"tar", "-C", unpacked.string(), "-xf", blob_path(manifest().at("layers").at(0)).string()});
  run_checked({"diff", "-r", "--no-dereference", (work.path() / "tree").string(), (unpacked / "app").string()});
  CHECK(fs::hard_link_count(unpacked / "app/same") == 2);
  CHECK(fs::status(unpacked / "app/bin/run").permissions() == fs::perms(0755));
}

TEST_CASE_METHOD(Exported, "the same artifact is exported to the same bytes") {
  OciExport{store, digest, {{"org.opencontainers.image.revision", "abc"}}}.run(work.path() / "again");
  CHECK(read_file(work.path() / "again/index.json") == read_file(layout / "index.json"));
}

TEST_CASE_METHOD(Exported, "an export never overwrites") {
  CHECK_THROWS_AS((OciExport{store, digest, {}}.run(layout)), Conflict);
  CHECK_THROWS_AS((OciExport{store, std::string(64, '0'), {}}.run(work.path() / "none")), NotFound);
}
