#pragma once

#include "api/push_handler.h"
#include "base/synchronized.h"

#include <functional>
#include <string>
#include <vector>

namespace penstock::test {

// Accepts everything and remembers it, unless told otherwise. Every call locks before and after its work, so that
// whoever asked seen() afterwards may destroy what the call used.
class RecordingPushHandler : public PushHandler {
 public:
  using Before = std::function<PushVerdict(const PushRequest&, OutputSink&, const std::stop_token&)>;
  using After = std::function<void(const PushRequest&, OutputSink&, const std::stop_token&)>;

  struct Seen {
    std::vector<PushRequest> before;
    std::vector<PushRequest> after;
    std::vector<std::string> ended;
    int answered = 0;
  };

  void on_pre_receive(Before before) { before_.lock()->swap(before); }
  void on_post_receive(After after) { after_.lock()->swap(after); }

  PushVerdict pre_receive(const PushRequest& request, OutputSink& out, const std::stop_token& stop) override {
    seen_.lock()->before.push_back(request);
    const Before before = *before_.lock();
    const PushVerdict verdict = before ? before(request, out, stop) : PushVerdict::Accept;
    seen_.lock()->answered++;
    return verdict;
  }
  void post_receive(const PushRequest& request, OutputSink& out, const std::stop_token& stop) override {
    seen_.lock()->after.push_back(request);
    if (const After after = *after_.lock()) after(request, out, stop);
    seen_.lock()->answered++;
  }
  void push_ended(const std::string& push) override { seen_.lock()->ended.push_back(push); }

  Seen seen() { return *seen_.lock(); }

 private:
  Synchronized<Before> before_;
  Synchronized<After> after_;
  Synchronized<Seen> seen_;
};

}  // namespace penstock::test
