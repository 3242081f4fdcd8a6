#pragma once

#include "runtime/router/http/content_coding.h"

#include <memory>
#include <string>
#include <string_view>
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

// Encoders to be used again, since making one costs more than a small body. Belongs to one thread.
class EncoderPool {
 public:
  // `coding` is not Identity.
  std::unique_ptr<Encoder> take(Coding coding);
  // Only after its body was completed.
  void give_back(Coding coding, std::unique_ptr<Encoder> encoder);

 private:
  std::vector<std::unique_ptr<Encoder>> gzip_;
};

}  // namespace penstock::router
