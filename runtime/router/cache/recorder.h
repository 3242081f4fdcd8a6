#pragma once

#include "runtime/router/cache/fill_book.h"
#include "runtime/router/cache/freshness.h"
#include "runtime/router/cache/response_cache.h"
#include "runtime/router/client/response_sink.h"

#include <memory>
#include <string>

namespace penstock::router {

// What is to be recorded.
struct Recording {
  std::string key;
  std::string request;                             // its head
  std::shared_ptr<const Environment> environment;  // has `settings`
  const CacheSettings* settings;
  StoreConditions conditions;
  FillBook::Fill fill;         // those who wait for the answer
  ResponseCache::Entry stale;  // what 304 means; null: the whole was asked for
};

// Keeps a copy of a response that passes, when it may be stored and is not too large, and puts it into the cache when
// all of it has passed.
class Recorder final : public ResponseFilter {
 public:
  Recorder(ResponseSink& next, ResponseCache& cache, EventLoop& loop, Recording recording);
  ~Recorder() override;

  void begin(ResponseHead& head) override;
  void body(const BodyPart& part) override;

 private:
  void keep_head(const ResponseHead& head, const Freshness& freshness);
  void keep_body(const BodyPart& part);
  // The stale answer is good again: passes it instead of `head`.
  void renew(ResponseHead& head);
  void pass_renewed(const BodyPart& part);
  // Nothing will be stored: nobody has to wait for it.
  void give_up();

  ResponseCache& cache_;
  EventLoop& loop_;
  Recording recording_;
  std::shared_ptr<CachedResponse> response_;  // while it is being recorded
  ResponseCache::Entry renewed_;              // what is passed instead of an empty body
  std::size_t reserved_ = 0;
};

}  // namespace penstock::router
