#include "base/secret_box.h"

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "base/id.h"

#include <openssl/evp.h>

namespace penstock {
namespace {

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kNonceSize = 12;
constexpr std::size_t kTagSize = 16;

using Cipher = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

void check(int result, const char* action) {
  if (result != 1) throw Error(std::string("cannot ") + action + " a secret");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

int length_of(std::string_view text) {
  return static_cast<int>(text.size());
}

}  // namespace

SecretBox::SecretBox(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) write_file_durably(file, random_bytes(kKeySize), 0600);
  key_ = read_file(file);
  if (key_.size() != kKeySize) throw Error("cannot use the key in " + file.string() + ": expected 32 bytes");
}

// Nonce, tag, text.
std::string SecretBox::seal(std::string_view secret, std::string_view purpose) const {
  const std::string nonce = random_bytes(kNonceSize);
  std::string text(secret.size(), '\0');
  std::string tag(kTagSize, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  check(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(std::string_view(key_)),
                           bytes_of(std::string_view(nonce))),
        "seal");
  check(EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes_of(purpose), length_of(purpose)), "seal");
  check(EVP_EncryptUpdate(cipher.get(), bytes_of(text), &length, bytes_of(secret), length_of(secret)), "seal");
  check(EVP_EncryptFinal_ex(cipher.get(), nullptr, &length), "seal");
  check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagSize, tag.data()), "seal");
  return nonce + tag + text;
}

std::string SecretBox::open(std::string_view sealed, std::string_view purpose) const {
  if (sealed.size() < kNonceSize + kTagSize) throw Error("cannot open a secret: it is cut off");
  const std::string_view nonce = sealed.substr(0, kNonceSize);
  std::string tag(sealed.substr(kNonceSize, kTagSize));
  const std::string_view text = sealed.substr(kNonceSize + kTagSize);
  std::string secret(text.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int length = 0;
  check(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(std::string_view(key_)), bytes_of(nonce)),
        "open");
  check(EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes_of(purpose), length_of(purpose)), "open");
  check(EVP_DecryptUpdate(cipher.get(), bytes_of(secret), &length, bytes_of(text), length_of(text)), "open");
  check(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()), "open");
  check(EVP_DecryptFinal_ex(cipher.get(), nullptr, &length), "open");
  return secret;
}

}  // namespace penstock
