// What penstockd does with a push, as its git endpoints see it.
#pragma once

#include "base/output_sink.h"
#include "git/repository.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

struct RefUpdate {
  std::string ref;       // "refs/heads/main"
  git::ObjectId old_id;  // zeros: the ref is new
  git::ObjectId new_id;  // zeros: the ref is deleted
};

struct PushRequest {
  std::string push;  // the same for both hooks of one push
  std::string project;
  std::string user;                           // who was authenticated
  std::optional<git::Quarantine> quarantine;  // where the new objects are until pre_receive() accepts
  std::vector<std::string> options;           // of git push -o
  std::vector<RefUpdate> updates;
};

enum class PushVerdict { Accept, Reject };

// Called from one thread per hook; several pushes at once. What goes to `out` appears on the pusher's terminal at once;
// writing to one who hung up does nothing. An exception rejects the push, its message is shown. `stop` is requested
// when the server stops.
class PushHandler {
 public:
  virtual ~PushHandler() = default;

  // Nothing has changed yet. All refs are refused or none.
  virtual PushVerdict pre_receive(const PushRequest& request, OutputSink& out, const std::stop_token& stop) = 0;
  // The refs have moved, durably. Not called for a push that moved none.
  virtual void post_receive(const PushRequest& request, OutputSink& out, const std::stop_token& stop) = 0;
  // git has ended, whether the refs moved or not. Called for every push, also one that never reached a hook. Must not
  // throw.
  virtual void push_ended(const std::string& push) = 0;
};

}  // namespace penstock
