// What the cache knows a request by.
#pragma once

#include "runtime/router/http/request_head.h"
#include "runtime/router/table/environment.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::router {

// A text that is equal for requests that may get the same answer: the release, the URL and, after a line's end, the
// headers and cookies that the route selects by. Views into a text of the caller.
class CacheKey {
 public:
  // Writes the key into `text`, which must stay as it is while the key is used.
  CacheKey(const Environment& environment, const CacheSettings& settings, bool https, const RequestHead& request,
           std::string& text);
  // Of a text written before.
  explicit CacheKey(std::string_view text);

  std::string_view text() const { return text_; }
  // Without headers and cookies.
  std::string_view url() const { return text_.substr(0, url_end_); }
  std::size_t hash() const { return hash_; }
  // Equal for all answers of one URL.
  std::size_t url_hash() const { return url_hash_; }
  // Equal for all of one environment.
  std::size_t environment_hash() const;

 private:
  void measure();

  std::string_view text_;
  std::size_t url_end_ = 0;
  std::size_t hash_ = 0;
  std::size_t url_hash_ = 0;
};

// What the keys of a release begin with.
std::string cache_key_prefix(const std::string& environment, const std::string& release);

// The values of the fields `names` of a request, as one text.
std::string selected_values(const std::vector<std::string>& names, const FieldList& request);

}  // namespace penstock::router
