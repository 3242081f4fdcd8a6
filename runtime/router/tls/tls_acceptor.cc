#include "runtime/router/tls/tls_acceptor.h"

#include <utility>

namespace penstock::router {

TlsAcceptor::TlsAcceptor(EventLoop& loop, const TlsContext& context, Handshake::Limits limits, Serve serve)
    : loop_(loop), context_(context), limits_(limits), serve_(std::move(serve)) {}

TlsAcceptor::~TlsAcceptor() {
  stop();
}

void TlsAcceptor::accept(Fd client, Caller caller) {
  auto channel = context_.accept(client.get());
  const auto place = handshakes_.insert(handshakes_.end(), nullptr);
  const auto done = [this, place, caller = std::move(caller)](Handshake& handshake,
                                                              std::unique_ptr<TlsChannel> established) {
    Fd socket = handshake.take_socket();
    loop_.retire(std::move(*place));
    handshakes_.erase(place);
    serve_(std::move(socket), caller, std::move(established));
    if (idle() && when_idle_) loop_.post(std::exchange(when_idle_, nullptr));
  };
  *place = std::make_unique<Handshake>(loop_, std::move(client), std::move(channel), limits_, done);
  (*place)->start();
}

void TlsAcceptor::stop() {
  handshakes_.clear();
  when_idle_ = nullptr;
}

}  // namespace penstock::router
