#include "runtime/router/files/compressed_file.h"

#include "runtime/router/client/downstream.h"
#include "runtime/router/worker.h"

#include <unistd.h>

namespace penstock::router {
namespace {

// Of input, between two looks at other clients.
constexpr std::size_t kMostPerTurn = std::size_t{128} << 10;
constexpr std::size_t kLargestKept = std::size_t{1} << 20;

}  // namespace

std::string weak_etag(const Representation& identity) {
  return "W/" + identity.etag;
}

std::shared_ptr<const Representation> compress_whole(const Representation& identity, EncoderPool::Lease& encoder) {
  auto made = std::make_shared<Representation>();
  encoder.encode(identity.content, true, made->content);
  made->content.shrink_to_fit();
  made->size = made->content.size();
  made->etag = weak_etag(identity);
  return made;
}

CompressedFile::CompressedFile(Downstream& client, ResponseHead& head, std::shared_ptr<ServedFile> file, Coding coding,
                               EncoderPool::Lease encoder, bool to_head)
    : Responder(client),
      head_(head),
      file_(std::move(file)),
      coding_(coding),
      encoder_(std::move(encoder)),
      to_head_(to_head),
      keep_(file_->frozen),
      self_(std::make_shared<CompressedFile*>(this)) {}

CompressedFile::~CompressedFile() {
  *self_ = nullptr;
}

void CompressedFile::start() {
  out().begin(head_);
  if (to_head_) return out().body({.last = true});
  advance();
}

void CompressedFile::advance() {
  std::size_t budget = kMostPerTurn;
  while (out().pending() <= kMostPending) {
    const off_t before = offset_;
    if (!compress_piece()) return finish();
    const auto taken = static_cast<std::size_t>(offset_ - before);
    if (taken < budget) {
      budget -= taken;
      continue;
    }
    client().worker().loop().post([self = self_] {
      if (*self != nullptr) (*self)->advance();
    });
    return;
  }
}

bool CompressedFile::compress_piece() {
  const std::span<char> scratch = client().worker().loop().scratch();
  const ssize_t got =
      ::pread(file_->identity->fd.get(), scratch.data(), std::min(scratch.size(), kMostPerTurn), offset_);
  if (got <= 0) return false;
  offset_ += got;
  piece_.clear();
  encoder_.encode({scratch.data(), static_cast<std::size_t>(got)}, false, piece_);
  keep_ = keep_ && made_.size() + piece_.size() <= kLargestKept;
  if (keep_) made_ += piece_;
  const std::string_view piece = piece_;
  if (!piece.empty()) out().body({.pieces = {&piece, 1}});
  return true;
}

void CompressedFile::finish() {
  *self_ = nullptr;
  piece_.clear();
  encoder_.encode({}, true, piece_);
  if (keep_ && offset_ == static_cast<off_t>(file_->identity->size)) {
    auto made = std::make_shared<Representation>();
    made->content = std::move(made_) + piece_;
    made->size = made->content.size();
    made->etag = weak_etag(*file_->identity);
    client().worker().files().keep(*file_, coding_, std::move(made));
  }
  const std::string_view piece = piece_;
  out().body({.pieces = {&piece, 1}, .last = true});
}

}  // namespace penstock::router
