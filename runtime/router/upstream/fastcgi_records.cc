#include "runtime/router/upstream/fastcgi_records.h"

#include <algorithm>

namespace penstock::router::fastcgi {
namespace {

constexpr char kVersion = 1;
constexpr char kRequestId = 1;
constexpr char kResponderRole = 1;
constexpr std::size_t kShortLength = 127;

std::string_view text(const RecordHeader& header) {
  return {header.data(), header.size()};
}

void append_length(std::string& out, std::size_t length) {
  if (length <= kShortLength) {
    out += static_cast<char>(length);
    return;
  }
  out += static_cast<char>(0x80 | (length >> 24));
  for (const int shift : {16, 8, 0}) out += static_cast<char>((length >> shift) & 0xff);
}

}  // namespace

RecordHeader record_header(RecordType type, std::size_t content) {
  return {kVersion,
          static_cast<char>(type),
          0,
          kRequestId,
          static_cast<char>(content >> 8),
          static_cast<char>(content & 0xff),
          0,
          0};
}

void copy_stream(RecordType type, std::span<const std::string_view> pieces, std::string& out) {
  out.clear();
  std::size_t left = 0;  // of all pieces
  for (const std::string_view piece : pieces) left += piece.size();
  std::size_t room = 0;  // in the record begun last
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      if (room == 0) {
        room = std::min(left, kMostContent);
        out.append(text(record_header(type, room)));
      }
      const std::string_view part = piece.substr(0, room);
      out.append(part);
      piece.remove_prefix(part.size());
      room -= part.size();
      left -= part.size();
    }
  }
}

void begin_request(std::string& out) {
  const RecordHeader body{0, kResponderRole, 0, 0, 0, 0, 0, 0};
  out.append(text(record_header(RecordType::BeginRequest, body.size()))).append(text(body));
}

ParameterWriter::ParameterWriter(std::string& out) : out_(out), start_(out.size()) {
  out_.append(text(record_header(RecordType::Params, 0)));
}

void ParameterWriter::add(std::string_view name, std::string_view value) {
  append_length(out_, name.size());
  append_length(out_, value.size());
  out_.append(name).append(value);
}

void ParameterWriter::finish() {
  std::size_t header = start_;
  std::size_t left = out_.size() - start_ - RecordHeader().size();
  while (left > kMostContent) {
    out_.replace(header, RecordHeader().size(), text(record_header(RecordType::Params, kMostContent)));
    header += RecordHeader().size() + kMostContent;
    left -= kMostContent;
    out_.insert(header, text(record_header(RecordType::Params, 0)));
  }
  out_.replace(header, RecordHeader().size(), text(record_header(RecordType::Params, left)));
  out_.append(text(record_header(RecordType::Params, 0)));
}

std::optional<RecordReader::Piece> RecordReader::next(std::string_view& input) {
  while (!input.empty() && !malformed_) {
    if (header_bytes_ < header_.size()) {
      take_header(input);
    } else if (content_ > 0) {
      const std::string_view piece = input.substr(0, content_);
      input.remove_prefix(piece.size());
      content_ -= piece.size();
      if (content_ == 0 && padding_ == 0) header_bytes_ = 0;
      return Piece{static_cast<RecordType>(header_[1]), piece};
    } else {
      const std::size_t skipped = std::min(padding_, input.size());
      input.remove_prefix(skipped);
      padding_ -= skipped;
      if (padding_ == 0) header_bytes_ = 0;
    }
  }
  return std::nullopt;
}

void RecordReader::put_back(std::size_t count) {
  content_ += count;
  if (count > 0) header_bytes_ = header_.size();
}

void RecordReader::take_header(std::string_view& input) {
  header_[header_bytes_++] = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  if (header_bytes_ < header_.size()) return;
  malformed_ = header_[0] != kVersion || header_[2] != 0 || header_[3] != kRequestId;
  content_ = std::size_t{header_[4]} << 8 | header_[5];
  padding_ = header_[6];
  if (content_ == 0 && padding_ == 0) header_bytes_ = 0;
}

}  // namespace penstock::router::fastcgi
