#include "runtime/router/cache/fill_book.h"

namespace penstock::router {

FillBook::Fill FillBook::begin(std::string_view key, const std::function<std::shared_ptr<FillWait>()>& make_wait) {
  auto fills = fills_.lock();
  const auto [fill, first] = fills->try_emplace(std::string(key));
  if (first) return Fill(*this, fill->first);
  fill->second.push_back(make_wait());
  return {};
}

void FillBook::Fill::finish() {
  if (book_ == nullptr) return;
  Waits waits;
  {
    auto fills = std::exchange(book_, nullptr)->fills_.lock();
    const auto fill = fills->find(key_);
    waits = std::move(fill->second);
    fills->erase(fill);
  }
  for (const auto& wait : waits) {
    wait->loop.post([wait] {
      if (wait->resume) wait->resume();
    });
  }
}

}  // namespace penstock::router
