// The log conmon writes, in the format of Kubernetes: "<time> <stdout|stderr> <P|F> <text>".
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

struct LogEntry {
  std::string_view time;    // ISO 8601
  std::string_view stream;  // "stdout" or "stderr"
  bool complete = false;    // a line feed follows; otherwise the next entry of the stream goes on
  std::string_view text;
};

// Views into `line`. None when it is not a line of such a log.
std::optional<LogEntry> parse_log_entry(std::string_view line);

// One more line, on stderr's side. What is written at the same time stays whole.
void append_to_log(const std::filesystem::path& log, std::string_view text);

// The text of the last lines, oldest first. A log that does not exist has none.
std::vector<std::string> tail_of_log(const std::filesystem::path& log, std::size_t lines);

}  // namespace penstock
