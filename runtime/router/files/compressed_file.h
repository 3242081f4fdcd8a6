#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/compression/encoder.h"
#include "runtime/router/files/served_file.h"

#include <memory>
#include <string>

namespace penstock::router {

// Of a file as it is when it is compressed on its way: the same to whoever reads it, byte by byte perhaps not.
std::string weak_etag(const Representation& identity);

// For what is in memory.
std::shared_ptr<const Representation> compress_whole(const Representation& identity, EncoderPool::Lease& encoder);

// Answers with a file that is compressed while it is sent, piece by piece. What of it becomes small enough is kept for
// the next who asks.
class CompressedFile final : public Responder {
 public:
  // `head` is needed until start() returns.
  CompressedFile(Downstream& client, ResponseHead& head, std::shared_ptr<ServedFile> file, Coding coding,
                 EncoderPool::Lease encoder, bool to_head);
  ~CompressedFile() override;

  void start() override;
  void on_request_body(const BodyPart& /*part*/) override {}
  void on_writable() override { advance(); }
  void on_client_gone() override { *self_ = nullptr; }

 private:
  void advance();
  // False: there is no more.
  bool compress_piece();
  void finish();

  ResponseHead& head_;
  std::shared_ptr<ServedFile> file_;
  Coding coding_;
  EncoderPool::Lease encoder_;
  bool to_head_;
  off_t offset_ = 0;
  std::string piece_;
  std::string made_;  // so far
  bool keep_ = true;  // it may still become small enough
  // Null once nothing more may happen.
  std::shared_ptr<CompressedFile*> self_;
};

}  // namespace penstock::router
