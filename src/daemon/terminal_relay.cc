#include "daemon/terminal_relay.h"

namespace penstock {

void TerminalRelay::write(std::string_view text) {
  auto state = state_.lock();
  if (state->terminal != nullptr) {
    state->terminal->write(text);
  } else if (!state->closed) {
    state->kept += text;
  }
}

void TerminalRelay::attach(OutputSink& terminal) {
  auto state = state_.lock();
  if (!state->kept.empty()) terminal.write(state->kept);
  state->kept.clear();
  state->terminal = &terminal;
}

void TerminalRelay::detach() {
  state_.lock()->terminal = nullptr;
}

void TerminalRelay::close() {
  auto state = state_.lock();
  state->terminal = nullptr;
  state->kept.clear();
  state->closed = true;
}

}  // namespace penstock
