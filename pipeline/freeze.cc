#include "pipeline/freeze.h"

#include "base/output_sink.h"
#include "pipeline/mount_point.h"

#include <fmt/format.h>

namespace penstock {
namespace {

void warn_of_hidden_files(const std::string& mount, OutputSink& output) {
  output.line(fmt::format("  W: The mount '/{}' has a path that overlaps with a non-empty folder.", mount));
  output.line("  W: The content of the folder either comes from your Git repository or was made by your build hook.");
  output.line("  W: It stays in the application, but nothing can reach it at runtime: the mount hides it.");
  output.line("  W: To use it, copy it into the mount in your deploy hook from another folder.");
}

}  // namespace

FrozenArtifact Freeze::run(OutputSink& output, std::stop_token stop) const {
  for (const std::string& path : mounts) {
    if (make_mount_point(application, path) == MountPoint::HidesFiles) warn_of_hidden_files(path, output);
  }
  output.line("  Compressing application.");
  FrozenArtifact artifact = artifacts.freeze(application, commit_time, std::move(stop));
  output.line("  Beaming package to its final destination.");
  return artifact;
}

}  // namespace penstock
