#include "pipeline/artifact/image_view.h"

#include "base/error.h"
#include "base/id.h"
#include "base/log.h"
#include "pipeline/artifact/image_mount.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = ".view-";

void remove_view(const fs::path& path) {
  if (is_mount_point(path)) unmount_image(path);
  fs::remove(path);
}

}  // namespace

ImageView::ImageView(const fs::path& image, const fs::path& mounts) : path_(mounts / (kPrefix + random_id())) {
  fs::create_directory(path_);
  mount_image(image, path_);
}

ImageView::~ImageView() {
  try {
    remove_view(path_);
  } catch (const std::exception& error) {
    log_of("pipeline")->warn("view of an artifact stays: {}", error.what());
  }
}

void ImageView::sweep(const fs::path& mounts) {
  for (const auto& entry : fs::directory_iterator(mounts)) {
    if (entry.path().filename().string().rfind(kPrefix, 0) == 0) remove_view(entry.path());
  }
}

}  // namespace penstock
