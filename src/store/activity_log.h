// Logs of activities: one append-only NDJSON file each, in the form the API streams them.
//   {"_id":"1-0","data":{"timestamp":"2026-11-21T08:23:29.123456+00:00","message":"text\n"}}
//   {"seal":true}
#pragma once

#include "base/clock.h"
#include "base/handle.h"
#include "base/output_sink.h"
#include "base/synchronized.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace penstock {

class LogFollower;

// One log. Thread safe. Opening the unsealed log of a dead process repairs its torn last line and continues it.
class ActivityLog : public OutputSink {
 public:
  // Text beyond `limit` bytes of file is dropped with a note.
  explicit ActivityLog(std::filesystem::path path, std::uint64_t limit = std::uint64_t{64} << 20);
  ~ActivityLog() override;

  // One item per call, more when the text is long. Ignored once sealed.
  void write(std::string_view text) override;
  // No more items will come; durable when it returns. Store the activity's final state before. May be called again.
  void seal();
  bool sealed() const;

 private:
  friend class LogFollower;
  struct State {
    Fd file;
    std::uint64_t size = 0;
    std::size_t items = 0;
    std::string cut_character;  // the beginning of a UTF-8 sequence whose rest has not come yet
    bool sealed = false;
  };

  static void append(State& state, std::string_view line);
  void add_item(State& state, std::string_view message);
  void recover(State& state);

  const std::filesystem::path path_;
  const std::uint64_t limit_;
  mutable Synchronized<State> state_;
  mutable std::condition_variable_any changed_;
};

// Reads one log from an item on, waiting for what is still to come. Each reader has its own; not thread safe.
class LogFollower {
 public:
  LogFollower(std::shared_ptr<const ActivityLog> log, std::size_t start_at = 0);
  ~LogFollower();

  // The next items as whole lines, at most `max_items` (0: any number). Waits when there are none; empty when `until`
  // passed or `stop` was requested first, or after the end.
  std::string next(const std::stop_token& stop, std::optional<SteadyClock::time_point> until = std::nullopt,
                   std::size_t max_items = 0);
  // The seal was handed out.
  bool ended() const { return ended_; }
  // Index of the next item.
  std::size_t position() const { return position_; }

 private:
  std::uint64_t wait_for_more(const std::stop_token& stop, std::optional<SteadyClock::time_point> until) const;
  std::string take(std::string_view chunk, std::size_t max_items);

  std::shared_ptr<const ActivityLog> log_;
  Fd file_;
  std::uint64_t offset_ = 0;
  std::size_t position_ = 0;
  std::size_t skip_;
  bool ended_ = false;
};

// All logs of a directory. Thread safe.
class ActivityLogs {
 public:
  explicit ActivityLogs(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Created when it does not exist. Writers and followers of one activity share one object.
  std::shared_ptr<ActivityLog> open(const std::string& activity);
  void remove(const std::string& activity);

 private:
  const std::filesystem::path directory_;
  Synchronized<std::map<std::string, std::weak_ptr<ActivityLog>>> open_;
};

}  // namespace penstock
