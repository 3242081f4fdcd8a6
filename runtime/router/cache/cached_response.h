#pragma once

#include "runtime/router/http/fields.h"
#include "runtime/router/http/preconditions.h"
#include "runtime/router/loop/timer.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace penstock::router {

// A response as it was kept. Immutable once stored, and shared by all threads.
struct CachedResponse {
  std::string fields_text;    // what `fields` leads into
  std::vector<Field> fields;  // without those of a connection, a length or an age
  std::string body;
  int status = 0;
  bool for_authorized = false;  // may answer requests that carry Authorization
  std::vector<std::string> vary;
  std::string vary_values;  // of the request it answered
  std::string etag;
  std::optional<std::time_t> modified;
  std::chrono::seconds initial_age{0};
  Milliseconds stored{0};  // steady, as EventLoop::now()
  Milliseconds expires{0};

  Validators validators() const { return {.etag = etag, .modified = modified}; }
  std::chrono::seconds age(Milliseconds now) const {
    return initial_age + std::chrono::duration_cast<std::chrono::seconds>(now - stored);
  }
  // What it occupies.
  std::size_t bytes() const;
};

}  // namespace penstock::router
