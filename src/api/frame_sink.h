#pragma once

#include "base/output_sink.h"
#include "base/synchronized.h"

#include <condition_variable>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

namespace penstock {

// Sends text to a git hook as it comes, without ever making the writer wait: a pusher who suspended the terminal must
// not stop a build or a deploy. What they do not take in time is left out, and said so. Thread safe.
class FrameSink : public OutputSink {
 public:
  // `socket` is borrowed.
  explicit FrameSink(int socket);
  // Drops what has not been sent.
  ~FrameSink() override;

  void write(std::string_view text) override;
  // Waits until everything, and `exit_code` at its end, was sent, the hook is gone, or `stop` was requested and a
  // moment has passed. Nothing may be written afterwards.
  void finish(int exit_code, std::stop_token stop);

 private:
  struct State {
    std::string pending;
    bool left_out = false;
    std::optional<int> exit_code;
    bool done = false;  // everything sent, or nobody there to take it
  };

  void send_loop(const std::stop_token& stop);

  const int socket_;
  Synchronized<State> state_;
  std::condition_variable_any changed_;
  std::jthread sender_;
};

}  // namespace penstock
