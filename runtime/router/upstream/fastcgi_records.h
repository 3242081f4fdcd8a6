// Records of FastCGI 1.0, with one request per connection at a time (request id 1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace penstock::router::fastcgi {

enum class RecordType : std::uint8_t {
  BeginRequest = 1,
  AbortRequest = 2,
  EndRequest = 3,
  Params = 4,
  Stdin = 5,
  Stdout = 6,
  Stderr = 7
};

constexpr std::size_t kMostContent = 65535;  // of one record

using RecordHeader = std::array<char, 8>;
// `content` is at most kMostContent; 0 ends a stream.
RecordHeader record_header(RecordType type, std::size_t content);

// Writes content of any length as the records it needs, in place of what `out` held.
void copy_stream(RecordType type, std::span<const std::string_view> pieces, std::string& out);

// Begins a request in the role of a responder. The application closes the connection after it: a process of PHP-FPM is
// bound to one, and while that were idle, requests on other connections would wait.
void begin_request(std::string& out);

// Writes the variables of a request, and the end of them.
class ParameterWriter {
 public:
  explicit ParameterWriter(std::string& out);
  void add(std::string_view name, std::string_view value);
  // Call once, at last.
  void finish();

 private:
  std::string& out_;
  std::size_t start_;
};

// Finds the content of records in what is received.
class RecordReader {
 public:
  struct Piece {
    RecordType type;
    std::string_view content;
  };

  // Takes headers, padding and at most one piece of content off `input`. Empty: `input` is used up, or malformed.
  std::optional<Piece> next(std::string_view& input);
  // Has the last `count` bytes of the last piece returned again; the caller puts them back before `input`.
  void put_back(std::size_t count);
  bool malformed() const { return malformed_; }

 private:
  void take_header(std::string_view& input);

  std::array<unsigned char, 8> header_{};
  std::size_t header_bytes_ = 0;
  std::size_t content_ = 0;  // what is left of the record at hand
  std::size_t padding_ = 0;
  bool malformed_ = false;
};

}  // namespace penstock::router::fastcgi
