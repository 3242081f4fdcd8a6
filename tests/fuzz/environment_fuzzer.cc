// What penstockd says over the control socket, and what is found on disk: refused or served, never a crash.
#include "base/error.h"
#include "runtime/router/http/path.h"
#include "runtime/router/table/environment_reader.h"
#include "runtime/router/table/redirect.h"
#include "runtime/router/table/route_table.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace {

using namespace penstock;
using namespace penstock::router;

void ask(const RouteTable& table, bool https, HttpsMode mode) {
  const auto request = std::make_unique<RequestHead>();
  constexpr std::string_view head = "GET /a/b?c=d HTTP/1.1\r\nHost: www.site.test\r\n\r\n";
  if (parse_request_head(head, *request) != 0) return;
  const RouteTable::Match match = table.find(https, request->host(), request->path);
  if (match.route != nullptr) find_redirect(match, *request, table, mode);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Json json = Json::parse(data, data + size, nullptr, false);
  if (json.is_discarded()) return 0;
  std::vector<DroppedEntry> dropped;
  try {
    const auto environment = read_environment(json, dropped);
    for (const HttpsMode mode : {HttpsMode::Off, HttpsMode::Proxied}) {
      const RouteTable table({environment}, mode, dropped);
      ask(table, false, mode);
      ask(table, true, mode);
    }
  } catch (const UserError&) {
    return 0;
  }
  return 0;
}
