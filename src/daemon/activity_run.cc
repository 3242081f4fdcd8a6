#include "daemon/activity_run.h"

#include "store/store.h"

namespace penstock {

void ActivityRun::Output::write(std::string_view text) {
  log_.write(text);
  if (watcher_ != nullptr) watcher_->write(text);
}

void ActivityRun::progress(int percent) {
  record([percent](Activity& activity) { activity.completion_percent = percent; });
}

void ActivityRun::record(const std::function<void(Activity&)>& change) {
  change(activity_);
  store_.activities().update(activity_);
}

}  // namespace penstock
