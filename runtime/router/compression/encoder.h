#pragma once

#include "runtime/router/http/content_coding.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::router {

// Compresses one body, piece by piece.
class Encoder {
 public:
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  virtual ~Encoder() = default;

  // Appends to `out` what can be said of the body so far; `last`: all of it. After that the next body may begin.
  virtual void encode(std::string_view bytes, bool last, std::string& out) = 0;
};

// Encoders to be used again, since making one costs more than a small body, and not more than `most` at a time, since
// each takes up to a megabyte. Belongs to one thread.
class EncoderPool {
 public:
  // The use of an encoder for one body. Must not outlive the pool.
  class Lease {
   public:
    Lease() = default;
    Lease(EncoderPool& pool, Coding coding, std::unique_ptr<Encoder> encoder)
        : pool_(&pool), coding_(coding), encoder_(std::move(encoder)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    explicit operator bool() const { return encoder_ != nullptr; }
    void encode(std::string_view bytes, bool last, std::string& out);

   private:
    EncoderPool* pool_ = nullptr;
    Coding coding_ = Coding::Identity;
    bool complete_ = false;
    std::unique_ptr<Encoder> encoder_;
  };

  explicit EncoderPool(std::size_t most = 32) : most_(most) {}

  // `coding` is not Identity. Empty: too many are in use.
  Lease take(Coding coding);

 private:
  const std::size_t most_;
  std::size_t leased_ = 0;
  std::vector<std::unique_ptr<Encoder>> gzip_;
};

}  // namespace penstock::router
