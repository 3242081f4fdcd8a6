#include "runtime/router/compression/encoder.h"

#include "base/error.h"
#include "base/handle.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <array>

namespace penstock::router {
namespace {

// What a busy server can afford: each about as fast as the other.
constexpr int kGzipLevel = 5;
constexpr int kBrotliQuality = 4;
constexpr int kBrotliWindowBits = 18;

constexpr int kGzipFormat = 16;  // added to the bits of the window
constexpr std::size_t kPiece = 16384;

class GzipEncoder final : public Encoder {
 public:
  GzipEncoder() {
    if (::deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, MAX_WBITS + kGzipFormat, MAX_MEM_LEVEL - 1,
                       Z_DEFAULT_STRATEGY) != Z_OK) {
      throw Error("cannot compress: no memory");
    }
  }
  ~GzipEncoder() override { ::deflateEnd(&stream_); }

  void encode(std::string_view bytes, bool last, std::string& out) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, kPiece> piece;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = piece.size();
      ::deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      out.append(piece.data(), piece.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    if (last) ::deflateReset(&stream_);
  }

 private:
  z_stream stream_{};
};

class BrotliEncoder final : public Encoder {
 public:
  BrotliEncoder() : state_(::BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (!state_) throw Error("cannot compress: no memory");
    ::BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_QUALITY, kBrotliQuality);
    ::BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_LGWIN, kBrotliWindowBits);
  }

  void encode(std::string_view bytes, bool last, std::string& out) override {
    const auto* next = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    const auto operation = last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS;
    do {
      std::size_t room = 0;
      ::BrotliEncoderCompressStream(state_.get(), operation, &left, &next, &room, nullptr, nullptr);
      std::size_t made = 0;
      const std::uint8_t* piece = ::BrotliEncoderTakeOutput(state_.get(), &made);
      out.append(reinterpret_cast<const char*>(piece), made);
    } while (left > 0 || ::BrotliEncoderHasMoreOutput(state_.get()) == BROTLI_TRUE);
  }

 private:
  Handle<BrotliEncoderState, BrotliEncoderDestroyInstance> state_;
};

}  // namespace

EncoderPool::Lease::~Lease() {
  if (!encoder_) return;
  --pool_->leased_;
  // Neither can one begin again in the middle, nor a brotli encoder at all.
  if (complete_ && coding_ == Coding::Gzip) pool_->gzip_.push_back(std::move(encoder_));
}

void EncoderPool::Lease::encode(std::string_view bytes, bool last, std::string& out) {
  encoder_->encode(bytes, last, out);
  complete_ = last;
}

EncoderPool::Lease EncoderPool::take(Coding coding) {
  if (leased_ == most_) return {};
  ++leased_;
  if (coding == Coding::Brotli) return {*this, coding, std::make_unique<BrotliEncoder>()};
  if (gzip_.empty()) return {*this, coding, std::make_unique<GzipEncoder>()};
  auto encoder = std::move(gzip_.back());
  gzip_.pop_back();
  return {*this, coding, std::move(encoder)};
}

}  // namespace penstock::router
