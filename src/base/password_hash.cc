#include "base/password_hash.h"

#include "base/base64.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/id.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <optional>

namespace penstock {
namespace {

constexpr std::string_view kScheme = "pbkdf2-sha256";
constexpr int kIterations = 5000;
constexpr int kMostIterations = 100'000;
constexpr std::size_t kSaltBytes = 16;

struct Parts {
  int iterations = 0;
  std::string salt;
  std::string key;
};

std::string derive(std::string_view password, const std::string& salt, int iterations) {
  std::array<unsigned char, 32> key{};
  const auto* salt_bytes = reinterpret_cast<const unsigned char*>(salt.data());
  if (::PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt_bytes, static_cast<int>(salt.size()),
                          iterations, ::EVP_sha256(), static_cast<int>(key.size()), key.data()) != 1) {
    throw Error("cannot hash a password");
  }
  return base64_encode({reinterpret_cast<const char*>(key.data()), key.size()});
}

std::string_view take_part(std::string_view& text) {
  const std::string_view part = text.substr(0, text.find(':'));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

std::optional<Parts> read(std::string_view hash) {
  if (take_part(hash) != kScheme) return std::nullopt;
  Parts parts;
  const std::string_view iterations = take_part(hash);
  const auto [end, error] = std::from_chars(iterations.data(), iterations.data() + iterations.size(), parts.iterations);
  parts.salt = take_part(hash);
  parts.key = hash;
  const bool valid = error == std::errc() && end == iterations.data() + iterations.size() && parts.iterations > 0 &&
                     parts.iterations <= kMostIterations && !parts.salt.empty() && !parts.key.empty();
  return valid ? std::optional(std::move(parts)) : std::nullopt;
}

}  // namespace

std::string hash_password(std::string_view password) {
  const std::string salt = random_hex(kSaltBytes);
  return fmt::format("{}:{}:{}:{}", kScheme, kIterations, salt, derive(password, salt, kIterations));
}

bool password_matches(std::string_view password, std::string_view hash) {
  const auto parts = read(hash);
  return parts && equal_in_constant_time(derive(password, parts->salt, parts->iterations), parts->key);
}

bool is_password_hash(std::string_view hash) {
  return read(hash).has_value();
}

}  // namespace penstock
