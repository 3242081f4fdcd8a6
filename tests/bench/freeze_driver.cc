// Freezes and mounts one directory, as the pipeline does. For tests/bench/freeze.
#include "pipeline/artifact/artifact_store.h"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: freeze_driver TREE ARTIFACTS MOUNTS\n", stderr);
    return 2;
  }
  try {
    penstock::ArtifactStore store(argv[2], argv[3]);
    const auto artifact = store.freeze(argv[1], 1700000000);
    std::printf("%s\n%s\n", store.path_of(artifact.digest).c_str(), store.mount(artifact.digest).c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
