#pragma once

#include "runtime/router/cache/shared_cache.h"
#include "runtime/router/tls/tls_client.h"
#include "runtime/router/worker.h"

#include <memory>
#include <string>

namespace penstock::fuzz {

// One event loop that serves http://site.test/ from an application, and redirects www.site.test to it.
class WorkerFixture {
 public:
  explicit WorkerFixture(const std::string& application);

 private:
  const router::Settings settings_;
  router::SharedCache cache_{settings_.cache};

 public:
  router::EventLoop loop;
  router::Worker worker;
};

}  // namespace penstock::fuzz
