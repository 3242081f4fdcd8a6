#pragma once

#include <filesystem>
#include <string>

namespace penstock {

enum class MountPoint { Empty, HidesFiles };

// Makes the directory `path` below `root`, unless it is there. What is below `root` may be hostile: links are never
// followed. Throws UserError when a file or a link is in the way.
MountPoint make_mount_point(const std::filesystem::path& root, const std::string& path);

}  // namespace penstock
