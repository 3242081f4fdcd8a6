#include "runtime/router/client/content.h"

#include "runtime/router/client/downstream.h"
#include "runtime/router/http/reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace penstock::router {
namespace {

constexpr std::size_t kSlice = std::size_t{64} << 10;

// A text of ours, or a part of the content.
struct Segment {
  std::string text;
  std::optional<ByteRange> range;
};

class ContentResponse final : public Responder {
 public:
  ContentResponse(Downstream& client, ResponseHead& head, Content content, std::vector<Segment> segments)
      : Responder(client), head_(head), content_(std::move(content)), segments_(std::move(segments)) {}

  void start() override {
    out().begin(head_);
    advance();
  }
  void on_request_body(const BodyPart& /*part*/) override {}
  void on_writable() override { advance(); }
  void on_client_gone() override {}

 private:
  void advance() {
    for (; next_ < segments_.size(); ++next_) {
      Segment& segment = segments_[next_];
      if (!segment.range) {
        pass(segment.text, false);
      } else if (content_.file >= 0 ? !send_file(*segment.range) : !send_memory(*segment.range)) {
        return;
      }
    }
    out().body({.last = true});
  }

  bool send_file(ByteRange& range) {
    const std::uint64_t size = range.size();
    const std::size_t taken = out().file(content_.file, static_cast<off_t>(range.first), size);
    range.first += taken;
    return taken == size;
  }

  bool send_memory(ByteRange& range) {
    while (range.first <= range.last) {
      if (out().pending() > kMostPending) return false;
      const std::size_t size = std::min<std::uint64_t>(kSlice, range.size());
      pass(content_.memory.substr(range.first, size), false);
      range.first += size;
    }
    return true;
  }

  void pass(std::string_view piece, bool last) { out().body({.pieces = {&piece, 1}, .last = last}); }

  ResponseHead& head_;  // until start() returns
  Content content_;
  std::vector<Segment> segments_;
  std::size_t next_ = 0;
};

void send_all(Downstream& client, ResponseHead& head, Content content) {
  if (!head.bodiless()) head.length = content.size;
  if (content.file >= 0 || content.size > kSlice) {
    std::vector<Segment> segments;
    if (content.size > 0) segments.push_back({.text = {}, .range = ByteRange{0, content.size - 1}});
    return client.answer_with(std::make_unique<ContentResponse>(client, head, std::move(content), std::move(segments)));
  }
  client.begin(head);
  client.body({.pieces = {&content.memory, 1}, .last = true});
}

void send_part(Downstream& client, ResponseHead& head, const ByteRange& range, Content content) {
  const std::string place = content_range(range, content.size);
  head.fields.add("Content-Range", place);
  head.length = range.size();
  std::vector<Segment> segments;
  segments.push_back({.text = {}, .range = range});
  client.answer_with(std::make_unique<ContentResponse>(client, head, std::move(content), std::move(segments)));
}

void send_parts(Downstream& client, ResponseHead& head, const std::vector<ByteRange>& ranges, Content content) {
  const MultipartRanges parts(head.fields.find(FieldName::ContentType), content.size);
  const std::string type = parts.content_type();
  head.fields.remove(FieldName::ContentType);
  head.fields.add("Content-Type", type);
  std::vector<Segment> segments;
  std::uint64_t length = 0;
  for (const ByteRange& range : ranges) {
    segments.push_back({.text = parts.opening(range), .range = {}});
    segments.push_back({.text = {}, .range = range});
    length += segments[segments.size() - 2].text.size() + range.size();
  }
  segments.push_back({.text = parts.closing(), .range = {}});
  head.length = length + segments.back().text.size();
  client.answer_with(std::make_unique<ContentResponse>(client, head, std::move(content), std::move(segments)));
}

void send_without(Downstream& client, ResponseHead& head, const Content& content) {
  const std::string place = fmt::format("bytes */{}", content.size);
  if (head.status == 416) head.fields.add("Content-Range", place);
  if (head.status != 304) head.length = 0;
  for (const FieldName name : {FieldName::ContentType, FieldName::ContentEncoding}) head.fields.remove(name);
  client.begin(head);
  client.body({.last = true});
}

}  // namespace

void send_content(Downstream& client, ResponseHead& head, const Selection& selection, Content content) {
  head.status = selection.status;
  head.reason = reason_of(selection.status);
  head.length.reset();
  if (selection.status == 206 && selection.ranges.size() == 1) {
    return send_part(client, head, selection.ranges.front(), std::move(content));
  }
  if (selection.status == 206) return send_parts(client, head, selection.ranges, std::move(content));
  if (selection.status == 304 || selection.status == 412 || selection.status == 416) {
    return send_without(client, head, content);
  }
  send_all(client, head, std::move(content));
}

}  // namespace penstock::router
