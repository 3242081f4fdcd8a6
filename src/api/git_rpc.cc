#include "api/git_rpc.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

namespace penstock {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;

bool write_some(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// To the end, also when git has stopped reading: only then does the client read why.
void feed(std::istream& body, std::uint64_t most_bytes, Fd to) {
  std::array<char, kChunk> buffer{};
  std::uint64_t total = 0;
  while (body.good() && (most_bytes == 0 || total < most_bytes)) {
    body.read(buffer.data(), buffer.size());
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(body.gcount()));
    total += bytes.size();
    if (to && !write_some(to.get(), bytes)) to.reset();
  }
}

void drain(int from, const std::function<bool(std::string_view)>& output) {
  std::array<char, kChunk> buffer{};
  bool wanted = true;
  while (true) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    wanted = wanted && output({buffer.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace

ExitStatus GitRpc::run() const {
  Pipe in;
  Pipe out;
  ProcessOptions options = process;
  options.stdin_fd = in.read.get();
  options.stdout_fd = out.write.get();
  Process git(options);
  in.read.reset();
  out.write.reset();
  started();
  const std::jthread drainer([&] { drain(out.read.get(), output); });
  if (body != nullptr) {
    feed(*body, most_bytes, std::move(in.write));
  } else {
    in.write.reset();
  }
  return git.wait();
}

}  // namespace penstock
