// EROFS images in the tree of mounts.
#pragma once

#include <filesystem>

namespace penstock {

// Mounts the image file read-only, without set-user programs and devices: directly where the kernel can (6.12 and
// later), through a loop device that goes with the mount elsewhere. `target` is an empty directory. Needs root.
void mount_image(const std::filesystem::path& image, const std::filesystem::path& target);

// Whether something is mounted exactly at `target`; false when it does not exist.
bool is_mount_point(const std::filesystem::path& target);

// Throws Conflict when files of it are in use.
void unmount_image(const std::filesystem::path& target);

}  // namespace penstock
