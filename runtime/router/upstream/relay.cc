#include "runtime/router/upstream/relay.h"

namespace penstock::router {
namespace {

// Leaves room in a Gather for a prefix and for what a chunk needs around its payload.
constexpr std::size_t kMostPieces = Gather::kCapacity - 5;

}  // namespace

void Relay::pass(std::string_view prefix, std::string_view& bytes, Stream& out) {
  std::array<std::string_view, kMostPieces> pieces;
  do {
    std::size_t count = 0;
    std::size_t payload = 0;
    while (count < pieces.size()) {
      const std::string_view piece = reader_.next(bytes);
      if (piece.empty()) break;
      pieces[count++] = piece;
      payload += piece.size();
    }
    if (reader_.malformed()) return;
    Gather gather;
    gather.add(prefix);
    prefix = {};
    if (payload > 0) {
      writer_.open_chunk(gather, payload);
      for (std::size_t i = 0; i < count; ++i) gather.add(pieces[i]);
      writer_.close_chunk(gather);
    }
    if (reader_.done()) writer_.finish(gather);
    if (gather.bytes() > 0) out.send(gather);
  } while (!bytes.empty() && !reader_.done());
}

bool Relay::end(Stream& out) {
  if (!reader_.may_end_here()) return false;
  Gather gather;
  writer_.finish(gather);
  if (gather.bytes() > 0) out.send(gather);
  return true;
}

}  // namespace penstock::router
