#pragma once

#include <filesystem>
#include <string>

namespace penstock {

// The Debian release that images are made of.
constexpr const char* kDebianRelease = "bookworm";

// Where its packages come from, in the deb822 form of apt's sources: the mirrors that this machine itself uses, or
// Debian's own when it is no Debian of that release. Sources of third parties are left out, and everything is checked
// against Debian's keys alone.
std::string debian_sources(const std::filesystem::path& apt = "/etc/apt");

}  // namespace penstock
