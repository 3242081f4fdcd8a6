#include "api/container_log_follower.h"

#include "container/container_log.h"

namespace penstock::api {

std::string ContainerLogFollower::next(std::chrono::milliseconds patience) {
  const FileFollower::News news = file_.next(patience);
  if (news.anew) rest_.clear();
  rest_.append(news.bytes);
  std::string text;
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
    if (const auto entry = parse_log_entry(std::string_view(rest_).substr(begin, end - begin))) {
      text.append(entry->text);
      if (entry->complete) text += '\n';
    }
    begin = end + 1;
  }
  rest_.erase(0, begin);
  return text;
}

}  // namespace penstock::api
