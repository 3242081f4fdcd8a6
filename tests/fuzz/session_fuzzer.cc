// A whole client's connection, from its bytes to those that an application gets, and back.
//
// Input: how large the pieces are in which the client sends; flags; how much of the rest the client sends; what the
// client sends; what the application answers.
#include "base/log.h"
#include "fuzz/fake_application.h"
#include "fuzz/fake_client.h"
#include "fuzz/strict_http.h"
#include "runtime/router/cache/shared_cache.h"
#include "runtime/router/tls/tls_channel.h"
#include "runtime/router/worker.h"

#include <nlohmann/json.hpp>

#include <sys/socket.h>

#include <array>

namespace {

using namespace penstock;
using namespace penstock::router;

constexpr std::size_t kPrefix = 3;

std::shared_ptr<const RouteTable> table_to(const std::string& address) {
  const Json json = {{"id", "e"},
                     {"routes",
                      {{{"url", "http://site.test/"}, {"type", "upstream"}, {"upstream", "app"}},
                       {{"url", "http://www.site.test/"}, {"type", "redirect"}, {"to", "http://site.test/"}}}},
                     {"upstreams", {{"app", {{"addresses", {address}}}}}}};
  std::vector<DroppedEntry> dropped;
  return std::make_shared<const RouteTable>(RouteTable::Environments{read_environment(json, dropped)}, HttpsMode::Off,
                                            dropped);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  set_log_level("off");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kPrefix) return 0;
  static fuzz::ListeningSocket listener;
  static const auto table = table_to(listener.address());
  const std::string bytes(reinterpret_cast<const char*>(data) + kPrefix, size - kPrefix);
  const std::size_t split = bytes.size() * data[2] / 255;

  std::array<int, 2> pair{};
  fuzz::require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) == 0,
                "a socket pair");
  EventLoop loop;
  const Settings settings;
  SharedCache cache(settings.cache);
  static AccessLogWriter log;
  Worker worker(loop, settings, cache, log);
  worker.adopt(table, {});
  fuzz::FakeApplication application(loop, listener, {.bytes = bytes.substr(split), .close = (data[1] & 1) != 0});
  fuzz::FakeClient client(loop, Fd(pair[0]), {.bytes = bytes.substr(0, split), .piece = data[0] + std::size_t{1}});
  worker.accept(Fd(pair[1]), {.ip = "192.0.2.1", .place = nullptr}, nullptr);
  loop.run();
  client.require_answers_in_order();
  return 0;
}
