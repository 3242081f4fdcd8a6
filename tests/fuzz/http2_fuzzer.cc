// A whole client's connection that speaks HTTP/2, before an application that answers anything.
//
// Input: how large the pieces are in which the client sends; flags; then frames, each a type, flags, a stream, a length
// and its payload. A frame of a type beyond those there are is sent as the bytes it is.
#include "base/log.h"
#include "fuzz/fake_application.h"
#include "fuzz/fake_client.h"
#include "fuzz/strict_http.h"
#include "fuzz/worker_fixture.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace {

using namespace penstock;
using namespace penstock::router;

constexpr std::size_t kPrefix = 2;
constexpr std::size_t kFrameHead = 4;
constexpr unsigned char kTypes = 10;
constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
const std::string kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";

void append_frame(unsigned char type, unsigned char flags, unsigned char stream, std::string_view payload,
                  std::string& out) {
  out.append({'\0', '\0', static_cast<char>(payload.size()), static_cast<char>(type), static_cast<char>(flags), '\0',
              '\0', '\0', static_cast<char>(stream)});
  out.append(payload);
}

std::string frames_of(std::string_view script) {
  std::string bytes(kPreface);
  while (script.size() >= kFrameHead) {
    const auto at = [&](std::size_t index) { return static_cast<unsigned char>(script[index]); };
    const std::string_view payload = script.substr(kFrameHead, at(3));
    if (at(0) < kTypes) {
      append_frame(at(0), at(1), at(2), payload, bytes);
    } else {
      bytes.append(payload);
    }
    script.remove_prefix(kFrameHead + payload.size());
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  set_log_level("off");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kPrefix) return 0;
  static fuzz::ListeningSocket listener;
  const std::string script(reinterpret_cast<const char*>(data) + kPrefix, size - kPrefix);
  std::array<int, 2> pair{};
  fuzz::require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) == 0,
                "a socket pair");
  fuzz::WorkerFixture fixture(listener.address());
  const fuzz::FakeApplication application(fixture.loop, listener, {.bytes = kAnswer, .close = (data[1] & 1) != 0});
  const fuzz::FakeClient client(fixture.loop, Fd(pair[0]),
                                {.bytes = frames_of(script), .piece = data[0] + std::size_t{1}});
  fixture.worker.accept(Fd(pair[1]), {.ip = "192.0.2.1", .place = nullptr}, nullptr);
  fixture.loop.run();
  return 0;
}
