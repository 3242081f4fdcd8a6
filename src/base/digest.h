#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace penstock {

// SHA-256 (FIPS 180-4), fed piece by piece.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  Sha256& update(std::string_view bytes);
  // Adds the length, then the bytes: two fields can never be read as one.
  Sha256& field(std::string_view bytes);
  // 64 hexadecimal digits. Call once.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string sha256_hex(std::string_view bytes);
std::string sha256_hex_of_file(const std::filesystem::path& path);

// Takes the same time wherever the first difference is. For tokens.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace penstock
