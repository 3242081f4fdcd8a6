#pragma once

#include "api/push_handler.h"
#include "base/synchronized.h"

#include <functional>
#include <string>
#include <vector>

namespace penstock::test {

// Accepts everything and remembers it, unless told otherwise.
class RecordingPushHandler : public PushHandler {
 public:
  using Before = std::function<PushVerdict(const PushRequest&, OutputSink&, const std::stop_token&)>;
  using After = std::function<void(const PushRequest&, OutputSink&, const std::stop_token&)>;

  struct Seen {
    std::vector<PushRequest> before;
    std::vector<PushRequest> after;
    std::vector<std::string> ended;
  };

  Before before;
  After after;

  PushVerdict pre_receive(const PushRequest& request, OutputSink& out, const std::stop_token& stop) override {
    seen_.lock()->before.push_back(request);
    return before ? before(request, out, stop) : PushVerdict::Accept;
  }
  void post_receive(const PushRequest& request, OutputSink& out, const std::stop_token& stop) override {
    seen_.lock()->after.push_back(request);
    if (after) after(request, out, stop);
  }
  void push_ended(const std::string& push) override { seen_.lock()->ended.push_back(push); }

  Seen seen() { return *seen_.lock(); }

 private:
  Synchronized<Seen> seen_;
};

}  // namespace penstock::test
