#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/files/static_files.h"
#include "runtime/router/http/request_head.h"

#include <string_view>

namespace penstock::router {

// Part of a file, both ends included.
struct ByteRange {
  off_t first = 0;
  off_t last = -1;
};

enum class RangeResult { Whole, Part, Unsatisfiable };

// Reads a Range field with one range; anything else means the whole file.
RangeResult parse_range(std::string_view field, off_t size, ByteRange& range);

// Answers with a file, sent by the kernel where the client's protocol allows; "not modified" and single ranges
// included.
class FileResponse final : public Responder {
 public:
  // `request` is needed until start() returns.
  FileResponse(Downstream& client, const RequestHead& request, OpenFile file, bool restrict_robots);

  void start() override;
  void on_request_body(const BodyPart& part) override;
  void on_writable() override;
  void on_client_gone() override {}

 private:
  int choose_status(const RequestHead& request);
  void begin(int status);
  void send_body();

  const RequestHead& request_;
  OpenFile file_;
  bool restrict_robots_;
  ByteRange range_;  // what is left to be sent
};

}  // namespace penstock::router
