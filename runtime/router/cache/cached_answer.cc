#include "runtime/router/cache/cached_answer.h"

#include "runtime/router/client/content.h"
#include "runtime/router/client/downstream.h"
#include "runtime/router/worker.h"

#include <array>
#include <charconv>

namespace penstock::router {

void answer_from_cache(Downstream& client, const RequestHead& request, const ResponseCache::Entry& entry) {
  ResponseHead& head = client.worker().response_scratch();
  head.fields.clear();
  for (const Field& field : entry->fields) head.fields.add(field);
  std::array<char, 24> age;
  const auto seconds = entry->age(client.worker().loop().now()).count();
  const char* end = std::to_chars(age.data(), age.data() + age.size(), seconds).ptr;
  head.fields.add("Age", {age.data(), static_cast<std::size_t>(end - age.data())});
  head.fields.add("X-Platform-Cache", "HIT");
  Content content{.memory = entry->body, .size = entry->body.size(), .owner = entry};
  if (entry->status == 200) {
    return send_content(client, head, select(request, entry->validators(), content.size), std::move(content));
  }
  send_content(client, head, {.status = entry->status, .ranges = {}}, std::move(content));
}

}  // namespace penstock::router
