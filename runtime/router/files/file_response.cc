#include "runtime/router/files/file_response.h"

#include "runtime/router/client/session.h"
#include "runtime/router/http/content_type.h"
#include "runtime/router/http/reply.h"

#include <fmt/chrono.h>

#include <algorithm>
#include <charconv>

namespace penstock::router {
namespace {

// Per event, so that one client's download does not keep the others waiting.
constexpr off_t kMostPerEvent = off_t{1} << 20;

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

FileResponse::FileResponse(Session& session, const RequestHead& request, OpenFile file, bool restrict_robots)
    : session_(session),
      file_(std::move(file)),
      keep_alive_(request.keep_alive && request.body.empty() && !session.worker().stopping()),
      to_head_(request.is_head()),
      minor_version_(request.minor_version) {
  const int status = choose_status(request);
  write_head(status, restrict_robots);
  if (to_head_ || status == 304 || status == 416) range_ = {};
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

void FileResponse::write_head(int status, bool restrict_robots) {
  const LocationOptions& options = *file_.options;
  const auto field = [this](std::string_view name, std::string_view value) {
    head_.append(name).append(": ").append(value).append("\r\n");
  };
  head_ = "HTTP/1.1 " + status_line_text(status) + "\r\n";
  field("Date", session_.worker().date());
  field("ETag", file_.etag);
  field("Last-Modified", http_date(file_.modified));
  field("Accept-Ranges", "bytes");
  if (status == 416) field("Content-Range", fmt::format("bytes */{}", file_.size));
  if (status == 206) field("Content-Range", fmt::format("bytes {}-{}/{}", range_.first, range_.last, file_.size));
  if (status != 304) {
    field("Content-Length", std::to_string(status == 416 ? 0 : range_.last - range_.first + 1));
    field("Content-Type", content_type_of(file_.path));
  }
  const auto sets = [&](std::string_view name) {
    return std::any_of(options.headers.begin(), options.headers.end(),
                       [&](const auto& header) { return equal_ignoring_case(header.first, name); });
  };
  if (options.expires && !sets("cache-control")) {
    field("Cache-Control", fmt::format("max-age={}", options.expires->count()));
    field("Expires", http_date(std::time(nullptr) + options.expires->count()));
  }
  for (const auto& [name, value] : options.headers) field(name, value);
  if (restrict_robots) field("X-Robots-Tag", "noindex, nofollow");
  if (!keep_alive_ || minor_version_ == 0) field("Connection", keep_alive_ ? "keep-alive" : "close");
  head_ += "\r\n";
}

void FileResponse::start() {
  if (range_.last < range_.first) {
    session_.stream().send(head_);
    return session_.responded(keep_alive_);
  }
  session_.stream().send_more_coming(head_);
  std::string().swap(head_);
  send_body();
}

void FileResponse::send_body() {
  Stream& client = session_.stream();
  session_.progress();
  off_t budget = kMostPerEvent;
  while (client.pending() == 0 && budget > 0 && range_.first <= range_.last) {
    const off_t wanted = std::min(budget, range_.last - range_.first + 1);
    const auto sent =
        static_cast<off_t>(client.send_file(file_.fd.get(), range_.first, static_cast<std::size_t>(wanted)));
    if (client.broken()) return session_.close();
    if (sent == 0) break;
    range_.first += sent;
    budget -= sent;
  }
  const bool done = range_.first > range_.last;
  client.watch_output(!done);
  if (done) session_.responded(keep_alive_);
}

void FileResponse::on_events(std::uint32_t events) {
  if ((events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) return session_.close();
  if ((events & EPOLLIN) != 0 && !session_.still_there()) return session_.close();
  if ((events & EPOLLOUT) == 0) return;
  session_.stream().flush();
  send_body();
}

}  // namespace penstock::router
