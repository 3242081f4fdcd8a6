#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace penstock {

// The last `bytes` of a file, or all of it; nothing when it does not exist. Throws SystemError.
std::string read_end_of_file(const std::filesystem::path& path, std::size_t bytes);

}  // namespace penstock
