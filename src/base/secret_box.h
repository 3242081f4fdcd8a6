#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace penstock {

// Seals small secrets for storage with AES-256-GCM. Thread safe.
class SecretBox {
 public:
  // With the key that `file` holds; made, with mode 0600 and durable, when there is none. Throws Error when it holds
  // something else.
  explicit SecretBox(const std::filesystem::path& file);

  // `purpose` is what it is for: only the same opens it, so that one sealed secret cannot be put in the place of
  // another.
  std::string seal(std::string_view secret, std::string_view purpose) const;
  // Throws Error when it was not sealed with this key for this purpose, or has been changed.
  std::string open(std::string_view sealed, std::string_view purpose) const;

 private:
  std::string key_;
};

}  // namespace penstock
