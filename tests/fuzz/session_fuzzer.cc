// A whole client's connection, from its bytes to those that an application gets, and back.
//
// Input: how large the pieces are in which the client sends; flags; how much of the rest the client sends; what the
// client sends; what the application answers.
#include "base/log.h"
#include "fuzz/fake_application.h"
#include "fuzz/fake_client.h"
#include "fuzz/strict_http.h"
#include "fuzz/worker_fixture.h"

#include <sys/socket.h>

#include <array>

namespace {

using namespace penstock;
using namespace penstock::router;

constexpr std::size_t kPrefix = 3;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  set_log_level("off");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kPrefix) return 0;
  static fuzz::ListeningSocket listener;
  const std::string bytes(reinterpret_cast<const char*>(data) + kPrefix, size - kPrefix);
  const std::size_t split = bytes.size() * data[2] / 255;

  std::array<int, 2> pair{};
  fuzz::require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) == 0,
                "a socket pair");
  fuzz::WorkerFixture fixture(listener.address());
  fuzz::FakeApplication application(fixture.loop, listener,
                                    {.bytes = bytes.substr(split), .close = (data[1] & 1) != 0});
  fuzz::FakeClient client(fixture.loop, Fd(pair[0]),
                          {.bytes = bytes.substr(0, split), .piece = data[0] + std::size_t{1}});
  fixture.worker.accept(Fd(pair[1]), {.ip = "192.0.2.1", .place = nullptr}, nullptr);
  fixture.loop.run();
  client.require_answers_in_order();
  return 0;
}
