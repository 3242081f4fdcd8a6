#include "runtime/router/files/file_response.h"

#include "runtime/router/client/downstream.h"
#include "runtime/router/http/content_type.h"
#include "runtime/router/http/reply.h"
#include "runtime/router/worker.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <charconv>

namespace penstock::router {
namespace {

std::string http_date(std::time_t time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(time));
}

std::optional<off_t> parse_offset(std::string_view text) {
  off_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool etag_listed(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    std::string_view each = next_element(list);
    if (each.starts_with("W/")) each.remove_prefix(2);
    if (each == etag || each == "*") return true;
  }
  return false;
}

// A client sends back the date that it was given: comparing the text is enough.
bool not_modified(const RequestHead& request, const OpenFile& file) {
  const std::string_view etags = request.fields.find(FieldName::IfNoneMatch);
  if (!etags.empty()) return etag_listed(etags, file.etag);
  const std::string_view since = request.fields.find(FieldName::IfModifiedSince);
  return !since.empty() && since == http_date(file.modified);
}

}  // namespace

RangeResult parse_range(std::string_view field, off_t size, ByteRange& range) {
  constexpr std::string_view unit = "bytes=";
  if (!field.starts_with(unit)) return RangeResult::Whole;
  field.remove_prefix(unit.size());
  const std::size_t dash = field.find('-');
  if (dash == std::string_view::npos) return RangeResult::Whole;
  const std::string_view first_text = field.substr(0, dash);
  const std::string_view last_text = field.substr(dash + 1);
  const auto first = parse_offset(first_text);
  const auto last = parse_offset(last_text);
  if ((!first && !first_text.empty()) || (!last && !last_text.empty()) || (!first && !last)) return RangeResult::Whole;
  if (first && last && *last < *first) return RangeResult::Whole;
  range.first = first ? *first : std::max<off_t>(0, size - *last);
  range.last = first && last ? std::min(*last, size - 1) : size - 1;
  return range.first <= range.last ? RangeResult::Part : RangeResult::Unsatisfiable;
}

FileResponse::FileResponse(Downstream& client, const RequestHead& request, OpenFile file, bool restrict_robots)
    : Responder(client), request_(request), file_(std::move(file)), restrict_robots_(restrict_robots) {}

void FileResponse::start() {
  const int status = choose_status(request_);
  begin(status);
  if (status == 304 || status == 416) range_ = {};
  send_body();
}

int FileResponse::choose_status(const RequestHead& request) {
  range_ = {.first = 0, .last = file_.size - 1};
  if (not_modified(request, file_)) return 304;
  const std::string_view range = request.fields.find(FieldName::Range);
  const std::string_view condition = request.fields.find(FieldName::IfRange);
  if (range.empty() || (!condition.empty() && condition != file_.etag)) return 200;
  switch (parse_range(range, file_.size, range_)) {
    case RangeResult::Part:
      return 206;
    case RangeResult::Unsatisfiable:
      return 416;
    case RangeResult::Whole:
      break;
  }
  return 200;
}

void FileResponse::begin(int status) {
  const LocationOptions& options = *file_.options;
  ResponseHead& head = client().worker().response_scratch();
  head.status = status;
  head.reason = reason_of(status);
  head.length.reset();
  FieldList& fields = head.fields;
  fields.clear();
  const std::string modified = http_date(file_.modified);
  std::string range;
  if (status == 416) range = fmt::format("bytes */{}", file_.size);
  if (status == 206) range = fmt::format("bytes {}-{}/{}", range_.first, range_.last, file_.size);
  fields.add("ETag", file_.etag);
  fields.add("Last-Modified", modified);
  fields.add("Accept-Ranges", "bytes");
  if (!range.empty()) fields.add("Content-Range", range);
  if (status != 304) {
    head.length = status == 416 ? 0 : static_cast<std::uint64_t>(range_.last - range_.first + 1);
    fields.add("Content-Type", content_type_of(file_.path));
  }
  for (const auto& [name, value] : options.headers) fields.add(name, value);
  std::string age;
  std::string expiry;
  if (options.expires && fields.find(FieldName::CacheControl).empty()) {
    age = fmt::format("max-age={}", options.expires->count());
    expiry = http_date(std::time(nullptr) + options.expires->count());
    fields.add("Cache-Control", age);
    fields.add("Expires", expiry);
  }
  if (restrict_robots_) fields.add("X-Robots-Tag", "noindex, nofollow");
  out().begin(head);
}

void FileResponse::send_body() {
  const auto left = static_cast<std::size_t>(range_.last - range_.first + 1);
  const std::size_t taken = left == 0 ? 0 : out().file(file_.fd.get(), range_.first, left);
  range_.first += static_cast<off_t>(taken);
  if (taken == left) out().body({.last = true});
}

void FileResponse::on_request_body(const BodyPart& /*part*/) {}

void FileResponse::on_writable() {
  send_body();
}

}  // namespace penstock::router
