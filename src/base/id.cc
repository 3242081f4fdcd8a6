#include "base/id.h"

#include "base/error.h"

#include <fmt/core.h>

#include <sys/random.h>

namespace penstock {
std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = ::getrandom(bytes.data() + filled, count - filled, 0);
    if (got < 0) throw SystemError("read random bytes");
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

std::string random_id(std::size_t length) {
  static constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string id;
  while (id.size() < length) {
    for (const unsigned char byte : random_bytes(length * 2)) {
      const unsigned range = id.empty() ? 26 : 36;
      // Bytes past the last whole multiple would make the first letters likelier.
      if (byte >= 256 / range * range) continue;
      id += kAlphabet[byte % range];
      if (id.size() == length) break;
    }
  }
  return id;
}

std::string random_hex(std::size_t bytes) {
  std::string text;
  for (const unsigned char byte : random_bytes(bytes)) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace penstock
