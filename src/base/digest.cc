#include "base/digest.h"

#include "base/error.h"
#include "base/handle.h"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <fcntl.h>

#include <array>
#include <cstdint>
#include <vector>

namespace penstock {

struct Sha256::Context {
  Handle<EVP_MD_CTX, EVP_MD_CTX_free> handle{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (EVP_DigestInit_ex(context_->handle.get(), EVP_sha256(), nullptr) != 1) throw Error("cannot start SHA-256");
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

Sha256& Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(context_->handle.get(), bytes.data(), bytes.size()) != 1) throw Error("cannot update SHA-256");
  return *this;
}

Sha256& Sha256::field(std::string_view bytes) {
  return update(fmt::format("{}:", bytes.size())).update(bytes);
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> bytes{};
  if (EVP_DigestFinal_ex(context_->handle.get(), bytes.data(), nullptr) != 1) throw Error("cannot finish SHA-256");
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  return Sha256().update(bytes).hex();
}

std::string sha256_hex_of_file(const std::filesystem::path& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) throw SystemError("open " + path.string());
  Sha256 digest;
  std::vector<char> buffer(1 << 18);
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0) throw SystemError("read " + path.string());
    if (got == 0) return digest.hex();
    digest.update({buffer.data(), static_cast<std::size_t>(got)});
  }
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace penstock
