// Where the output of a push goes: the pusher's terminal and the activity's log at once.
#pragma once

#include "base/synchronized.h"

#include <string>
#include <string_view>

namespace penstock {

// Takes text as it comes, not line by line. Implementations are thread safe and do not throw when a reader went away.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  virtual void write(std::string_view text) = 0;
  // Writes `text` and a line feed in one piece.
  void line(std::string_view text = "");
};

// Puts `prefix` before each line on its way to `target`, which must outlive it. Whole lines only; flush() or the
// destructor hand on an unfinished last line, completed by a line feed.
class PrefixingSink : public OutputSink {
 public:
  PrefixingSink(OutputSink& target, std::string prefix) : target_(target), prefix_(std::move(prefix)) {}
  ~PrefixingSink() override;

  void write(std::string_view text) override;
  void flush();

 private:
  OutputSink& target_;
  const std::string prefix_;
  Synchronized<std::string> pending_;
};

// Keeps everything. For tests and for commands whose output is the result.
class CapturingSink : public OutputSink {
 public:
  void write(std::string_view text) override { text_.lock()->append(text); }
  std::string text() const { return *text_.lock(); }

 private:
  mutable Synchronized<std::string> text_;
};

}  // namespace penstock
