#pragma once

#include "base/handle.h"
#include "runtime/router/tls/tls_options.h"

#include <openssl/ssl.h>

#include <sys/uio.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace penstock::router {

using SslHandle = Handle<SSL, SSL_free>;

// One side of TLS on a connected, non-blocking socket, which is its owner's. One read of the socket and, as
// far as it fits into one record, one write serve a whole message. Between messages it keeps no buffers.
class TlsChannel {
 public:
  enum class Side { Server, Client };
  TlsChannel(SslHandle ssl, int socket, Side side = Side::Server);
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  enum class Progress { Done, NeedsInput, NeedsOutput, PlainHttp, Failed };
  // Goes on with the handshake as far as the socket allows. Takes nothing from it of what follows the handshake.
  Progress handshake();

  // What an operation on data gave. `bytes` were received or sent, none when it must wait.
  struct Outcome {
    std::size_t bytes = 0;
    bool ended = false;  // the peer said goodbye, or the connection is broken
  };
  // All that has arrived, which always fits: `into` has at least kLeastRoom bytes.
  Outcome receive(std::span<char> into);
  // Bytes that were not taken must be sent again before any others.
  Outcome send(std::span<const iovec> pieces);
  struct FileRange {
    int file;
    off_t offset;
    std::size_t bytes;
  };
  struct FileOutcome {
    std::size_t bytes = 0;    // of the file, sent or in `unsent`
    std::string_view unsent;  // to be sent again before anything else; good until the next call of anyone
    bool ended = false;
  };
  // The beginning of `range`, after at most kMostBefore bytes `before`. A file that is shorter ends the connection.
  FileOutcome send_file(std::string_view before, const FileRange& range);
  // Tells the peer that nothing follows, once; a socket that is full leaves it at that.
  void say_goodbye();

  static constexpr std::size_t kLeastRoom = std::size_t{32} << 10;
  static constexpr std::size_t kMostBefore = std::size_t{8} << 10;

  // For the handshake: what the host that the client named wants.
  void set_options(TlsOptions options) { options_ = std::move(options); }
  // Whether a request for a host with these options may come over this connection.
  bool satisfies(const TlsOptions& options) const;
  bool speaks_http2() const;
  // Whether the client was asked for a certificate.
  bool asked_for_certificate() const { return options_.client_authentication != ClientAuthentication::None; }
  // "SUCCESS", "FAILED:why" or "NONE", when asked.
  std::string client_verification() const;
  // The client's certificate as percent-encoded PEM, or empty.
  std::string client_certificate() const;

 private:
  static const BIO_METHOD* input_method();
  static int read_input(BIO* bio, char* into, int size);
  int next_input(std::span<char> into);
  bool sends_in_kernel() const;
  Outcome send_record(std::string_view bytes);
  bool wants(int error);

  const int socket_;
  TlsOptions options_;
  std::string_view arrived_;  // of the socket, not yet taken by OpenSSL
  bool established_ = false;
  bool ended_ = false;
  bool failed_ = false;
  SslHandle ssl_;
};

}  // namespace penstock::router
