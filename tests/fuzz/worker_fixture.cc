#include "fuzz/worker_fixture.h"

#include <nlohmann/json.hpp>

namespace penstock::fuzz {
namespace {

using namespace router;

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

// What has threads of its own, made once.
SharedParts shared(const Settings& settings, SharedCache& cache) {
  static AccessLogWriter log;
  static Resolver resolver({});
  static TlsClient tls_client;
  return {settings, cache, log, resolver, tls_client};
}

}  // namespace

WorkerFixture::WorkerFixture(const std::string& application) : worker(loop, shared(settings_, cache_)) {
  static const auto table = table_to(application);
  worker.adopt(table, {});
}

}  // namespace penstock::fuzz
