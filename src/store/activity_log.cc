#include "store/activity_log.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace penstock {
namespace {

constexpr std::string_view kSeal = "{\"seal\":true}\n";
constexpr std::string_view kCutNote = "The log is cut here: it reached its largest size.\n";
// Escaped, the longest message with its frame is shorter than a chunk, so that a chunk always holds a whole line.
constexpr std::size_t kLongestMessage = std::size_t{1} << 15;
constexpr std::size_t kChunk = std::size_t{1} << 18;

std::string item_line(std::size_t number, std::string_view message) {
  const Json item = {{"_id", std::to_string(number) + "-0"},
                     {"data", {{"timestamp", iso8601(wall_now())}, {"message", message}}}};
  return item.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Bytes at the end of `text` that begin a UTF-8 sequence without finishing it.
std::size_t unfinished_tail(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

// At most one chunk from `offset` on, none beyond `end`.
std::string read_chunk(int fd, std::uint64_t offset, std::uint64_t end) {
  std::string chunk(std::min<std::uint64_t>(kChunk, end - offset), '\0');
  ssize_t got = 0;
  do {
    got = ::pread(fd, chunk.data(), chunk.size(), static_cast<off_t>(offset));
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw SystemError("read an activity log");
  chunk.resize(static_cast<std::size_t>(got));
  return chunk;
}

std::uint64_t size_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw SystemError("look at an activity log");
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

ActivityLog::ActivityLog(std::filesystem::path path, std::uint64_t limit) : path_(std::move(path)), limit_(limit) {
  auto state = state_.lock();
  state->file.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!state->file) throw SystemError("open " + path_.string());
  recover(*state);
}

ActivityLog::~ActivityLog() = default;

void ActivityLog::write(std::string_view text) {
  {
    auto state = state_.lock();
    std::string message = std::exchange(state->cut_character, {}) + std::string(text);
    const std::size_t tail = unfinished_tail(message);
    state->cut_character = message.substr(message.size() - tail);
    message.resize(message.size() - tail);
    std::string_view left = message;
    while (!left.empty()) {
      std::string_view piece = left.substr(0, kLongestMessage);
      if (piece.size() < left.size()) piece.remove_suffix(unfinished_tail(piece));
      add_item(*state, piece);
      left.remove_prefix(piece.size());
    }
  }
  changed_.notify_all();
}

void ActivityLog::seal() {
  {
    auto state = state_.lock();
    if (state->sealed) return;
    append(*state, kSeal);
    state->sealed = true;
    if (::fdatasync(state->file.get()) != 0) throw SystemError("save " + path_.string());
  }
  changed_.notify_all();
}

bool ActivityLog::sealed() const {
  return state_.lock()->sealed;
}

void ActivityLog::append(State& state, std::string_view line) {
  // At our own idea of the end: what a failed write left there is overwritten.
  ::lseek(state.file.get(), static_cast<off_t>(state.size), SEEK_SET);
  write_all(state.file.get(), line);
  state.size += line.size();
}

void ActivityLog::add_item(State& state, std::string_view message) {
  if (state.sealed || state.size >= limit_) return;
  append(state, item_line(state.items + 1, message));
  ++state.items;
  if (state.size < limit_) return;
  append(state, item_line(state.items + 1, kCutNote));
  ++state.items;
}

void ActivityLog::recover(State& state) {
  const std::uint64_t end = size_of(state.file.get());
  while (state.size < end) {
    const std::string chunk = read_chunk(state.file.get(), state.size, end);
    const std::size_t whole = chunk.rfind('\n') + 1;
    // A crash in the middle of a write left a line without its end.
    if (whole == 0) break;
    state.items += static_cast<std::size_t>(std::count(chunk.begin(), chunk.end(), '\n'));
    state.size += whole;
    state.sealed = std::string_view(chunk).substr(0, whole).ends_with(kSeal);
  }
  if (state.sealed) --state.items;
  if (state.size < end && ::ftruncate(state.file.get(), static_cast<off_t>(state.size)) != 0) {
    throw SystemError("repair " + path_.string());
  }
}

LogFollower::LogFollower(std::shared_ptr<const ActivityLog> log, std::size_t start_at)
    : log_(std::move(log)), file_(::open(log_->path_.c_str(), O_RDONLY | O_CLOEXEC)), skip_(start_at) {
  if (!file_) throw SystemError("open " + log_->path_.string());
}

LogFollower::~LogFollower() = default;

std::string LogFollower::next(const std::stop_token& stop, std::optional<SteadyClock::time_point> until,
                              std::size_t max_items) {
  std::string lines;
  while (lines.empty() && !ended_) {
    const std::uint64_t end = wait_for_more(stop, until);
    if (end == offset_) break;
    lines = take(read_chunk(file_.get(), offset_, end), max_items);
  }
  return lines;
}

std::uint64_t LogFollower::wait_for_more(const std::stop_token& stop,
                                         std::optional<SteadyClock::time_point> until) const {
  auto state = log_->state_.lock();
  const auto more = [&] { return state->size > offset_; };
  if (until) {
    log_->changed_.wait_until(state.unique_lock(), stop, *until, more);
  } else {
    log_->changed_.wait(state.unique_lock(), stop, more);
  }
  return state->size;
}

std::string LogFollower::take(std::string_view chunk, std::size_t max_items) {
  std::string lines;
  std::size_t taken = 0;
  std::size_t begin = 0;
  while (max_items == 0 || taken < max_items) {
    const std::size_t feed = chunk.find('\n', begin);
    if (feed == std::string::npos) break;
    const std::string_view line = chunk.substr(begin, feed + 1 - begin);
    begin = feed + 1;
    ended_ = line == kSeal;
    if (ended_ || skip_ == 0) {
      lines += line;
      ++taken;
    } else {
      --skip_;
    }
    if (!ended_) ++position_;
  }
  offset_ += begin;
  return lines;
}

std::shared_ptr<ActivityLog> ActivityLogs::open(const std::string& activity) {
  auto logs = open_.lock();
  std::erase_if(*logs, [](const auto& entry) { return entry.second.expired(); });
  if (std::shared_ptr<ActivityLog> log = (*logs)[activity].lock()) return log;
  auto log = std::make_shared<ActivityLog>(directory_ / (activity + ".log"));
  (*logs)[activity] = log;
  return log;
}

void ActivityLogs::remove(const std::string& activity) {
  std::filesystem::remove(directory_ / (activity + ".log"));
}

}  // namespace penstock
