#pragma once

#include <cstddef>
#include <string>

namespace penstock {

// From the kernel's random source.
std::string random_bytes(std::size_t count);

// `length` characters of [a-z0-9] from the kernel's random source; the first is a letter, so that it can begin a host
// name. Upsun's ids have 13.
std::string random_id(std::size_t length = 13);

// `bytes` random bytes in hexadecimal. For secrets.
std::string random_hex(std::size_t bytes);

}  // namespace penstock
