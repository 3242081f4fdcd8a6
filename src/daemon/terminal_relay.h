#pragma once

#include "base/output_sink.h"
#include "base/synchronized.h"

#include <string>

namespace penstock {

// Passes text on to a pusher's terminal while there is one, and keeps what comes before that.
class TerminalRelay : public OutputSink {
 public:
  void write(std::string_view text) override;

  // `terminal` first gets what was kept; it must live until detach().
  void attach(OutputSink& terminal);
  void detach();
  // Nobody will read any more: keeps nothing.
  void close();

 private:
  struct State {
    OutputSink* terminal = nullptr;
    std::string kept;
    bool closed = false;
  };

  Synchronized<State> state_;
};

}  // namespace penstock
