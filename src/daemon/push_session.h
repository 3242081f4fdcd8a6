// What a push and the activity it began tell each other.
#pragma once

#include "base/synchronized.h"
#include "daemon/terminal_relay.h"

#include <condition_variable>
#include <memory>
#include <stop_token>
#include <utility>

namespace penstock {

// One branch of one push. The activity decides whether the branch may move; git then moves it or does not; the
// activity goes on accordingly. Thread safe.
class PushSession {
 public:
  enum class Verdict { Undecided, Accept, Reject };
  enum class Fate { Unknown, Moved, Abandoned };

  // The pusher's screen.
  TerminalRelay& terminal() { return terminal_; }

  // By the activity. The first verdict counts.
  void decide(Verdict verdict);
  // Throws Cancelled when `stop` is requested.
  Fate wait_for_fate(const std::stop_token& stop);
  // The activity is over, whatever became of it. An undecided push is rejected.
  void end();

  // By the push.
  Verdict wait_for_verdict();
  Verdict verdict() { return state_.lock()->verdict; }
  // The first fate counts.
  void settle(Fate fate);
  void wait_for_end();

 private:
  struct State {
    Verdict verdict = Verdict::Undecided;
    Fate fate = Fate::Unknown;
    bool ended = false;
  };

  TerminalRelay terminal_;
  Synchronized<State> state_;
  std::condition_variable changed_;
};

// Ends a session when the last copy of the work that owns it is gone, also when it never ran.
class SessionEnd {
 public:
  explicit SessionEnd(std::shared_ptr<PushSession> session) : session_(std::move(session)) {}
  SessionEnd(const SessionEnd&) = delete;
  ~SessionEnd() { session_->end(); }

 private:
  const std::shared_ptr<PushSession> session_;
};

}  // namespace penstock
