#pragma once

#include <filesystem>

namespace penstock {

// An image mounted for one reader, apart from where containers use it. Unmounts in the destructor.
class ImageView {
 public:
  // Mounts below `mounts`.
  ImageView(const std::filesystem::path& image, const std::filesystem::path& mounts);
  ImageView(const ImageView&) = delete;
  ~ImageView();

  const std::filesystem::path& path() const { return path_; }

  // Removes views that a crash left below `mounts`.
  static void sweep(const std::filesystem::path& mounts);

 private:
  std::filesystem::path path_;
};

}  // namespace penstock
