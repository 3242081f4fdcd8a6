#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/files/static_files.h"
#include "runtime/router/http/request_head.h"

#include <string>

namespace penstock::router {

class Session;

// Part of a file, both ends included.
struct ByteRange {
  off_t first = 0;
  off_t last = -1;
};

enum class RangeResult { Whole, Part, Unsatisfiable };

// Reads a Range field with one range; anything else means the whole file.
RangeResult parse_range(std::string_view field, off_t size, ByteRange& range);

// Answers with a file, sent by the kernel; "not modified" and single ranges included.
class FileResponse final : public Responder {
 public:
  FileResponse(Session& session, const RequestHead& request, OpenFile file, bool restrict_robots);

  void start() override;
  void on_events(std::uint32_t events) override;

 private:
  int choose_status(const RequestHead& request);
  void write_head(int status, bool restrict_robots);
  void send_body();

  Session& session_;
  OpenFile file_;
  bool keep_alive_;
  bool to_head_;
  int minor_version_;
  ByteRange range_;
  std::string head_;
};

}  // namespace penstock::router
