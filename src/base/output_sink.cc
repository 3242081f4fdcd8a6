#include "base/output_sink.h"

namespace penstock {

void OutputSink::line(std::string_view text) {
  write(std::string(text) + "\n");
}

PrefixingSink::~PrefixingSink() {
  flush();
}

void PrefixingSink::write(std::string_view text) {
  auto pending = pending_.lock();
  pending->append(text);
  std::string whole;
  std::size_t begin = 0;
  for (std::size_t end; (end = pending->find('\n', begin)) != std::string::npos; begin = end + 1) {
    if (end > begin) whole += prefix_;
    whole.append(*pending, begin, end + 1 - begin);
  }
  pending->erase(0, begin);
  if (!whole.empty()) target_.write(whole);
}

void PrefixingSink::flush() {
  auto pending = pending_.lock();
  if (pending->empty()) return;
  target_.write(prefix_ + *pending + "\n");
  pending->clear();
}

}  // namespace penstock
