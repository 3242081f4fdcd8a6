#include "container/container_log.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/file_tail.h"
#include "base/handle.h"

#include <fmt/core.h>

#include <fcntl.h>

#include <algorithm>
#include <deque>

namespace penstock {
namespace {

// Bounds what tail reads; more than any terminal shows.
constexpr std::size_t kTailBytes = std::size_t{256} << 10;

std::string_view take_field(std::string_view& rest) {
  const std::size_t space = std::min(rest.find(' '), rest.size());
  const std::string_view field = rest.substr(0, space);
  rest.remove_prefix(std::min(space + 1, rest.size()));
  return field;
}

}  // namespace

std::optional<LogEntry> parse_log_entry(std::string_view line) {
  LogEntry entry;
  entry.time = take_field(line);
  entry.stream = take_field(line);
  const std::string_view tag = take_field(line);
  if ((entry.stream != "stdout" && entry.stream != "stderr") || (tag != "F" && tag != "P")) return std::nullopt;
  entry.complete = tag == "F";
  entry.text = line;
  return entry;
}

void append_to_log(const std::filesystem::path& log, std::string_view text) {
  const Fd file(::open(log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (!file) throw SystemError("open " + log.string());
  write_all(file.get(), fmt::format("{} stderr F {}\n", iso8601(wall_now()), text));
}

std::vector<std::string> tail_of_log(const std::filesystem::path& log, std::size_t lines) {
  const std::string text = read_end_of_file(log, kTailBytes);
  std::deque<std::string> kept;
  bool continues = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::optional<LogEntry> entry = parse_log_entry(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
    if (!entry) continue;
    if (!continues) kept.emplace_back();
    kept.back() += entry->text;
    continues = !entry->complete;
    if (kept.size() > lines) kept.pop_front();
  }
  return {kept.begin(), kept.end()};
}

}  // namespace penstock
