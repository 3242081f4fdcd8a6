#include "runtime/router/tls/tls_channel.h"

#include "base/x509.h"

#include <openssl/err.h>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace penstock::router {
namespace {

constexpr std::size_t kRecord = SSL3_RT_MAX_PLAIN_LENGTH;
static_assert(TlsChannel::kMostBefore < kRecord);
constexpr std::size_t kLargestRecord = SSL3_RT_MAX_PACKET_SIZE;

// One channel at a time is at work on a thread, so that a thread needs one of each.
thread_local std::array<char, std::size_t{64} << 10> input_scratch;
thread_local std::array<char, kRecord> record_scratch;

// Cuts pieces of memory into records, joining small ones.
class RecordCutter {
 public:
  explicit RecordCutter(std::span<const iovec> pieces) : pieces_(pieces) {}

  // Empty at the end.
  std::string_view next() {
    std::string_view first = take(kRecord);
    if (first.size() == kRecord || pieces_.empty()) return first;
    std::size_t filled = 0;
    for (std::string_view piece = first; !piece.empty(); piece = take(kRecord - filled)) {
      std::memcpy(record_scratch.data() + filled, piece.data(), piece.size());
      filled += piece.size();
    }
    return {record_scratch.data(), filled};
  }

 private:
  std::string_view take(std::size_t most) {
    while (!pieces_.empty() && used_ == pieces_.front().iov_len) {
      pieces_ = pieces_.subspan(1);
      used_ = 0;
    }
    if (pieces_.empty()) return {};
    const std::size_t count = std::min(most, pieces_.front().iov_len - used_);
    const std::string_view taken(static_cast<const char*>(pieces_.front().iov_base) + used_, count);
    used_ += count;
    if (used_ == pieces_.front().iov_len) {
      pieces_ = pieces_.subspan(1);
      used_ = 0;
    }
    return taken;
  }

  std::span<const iovec> pieces_;
  std::size_t used_ = 0;  // of the first piece
};

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
    } else {
      encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return encoded;
}

}  // namespace

const BIO_METHOD* TlsChannel::input_method() {
  static const Handle<BIO_METHOD, BIO_meth_free> method = [] {
    Handle<BIO_METHOD, BIO_meth_free> made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket input"));
    BIO_meth_set_read(made.get(), read_input);
    BIO_meth_set_ctrl(made.get(), [](BIO*, int, long, void*) { return 0L; });
    return made;
  }();
  return method.get();
}

int TlsChannel::read_input(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const int got =
      static_cast<TlsChannel*>(BIO_get_data(bio))->next_input({into, static_cast<std::size_t>(std::max(size, 0))});
  if (got < 0) BIO_set_retry_read(bio);
  return got;
}

// -1: nothing for now. The handshake reads straight from the socket, so that what follows it stays there.
int TlsChannel::next_input(std::span<char> into) {
  if (!established_) {
    const ssize_t got = ::recv(socket_, into.data(), into.size(), 0);
    if (got < 0 && errno != EAGAIN && errno != EINTR) return 0;
    return static_cast<int>(got);
  }
  if (arrived_.empty()) return -1;
  const std::size_t count = std::min(arrived_.size(), into.size());
  std::memcpy(into.data(), arrived_.data(), count);
  arrived_.remove_prefix(count);
  return static_cast<int>(count);
}

TlsChannel::TlsChannel(SslHandle ssl, int socket, Side side) : socket_(socket), ssl_(std::move(ssl)) {
  BIO* input = BIO_new(input_method());
  BIO* output = BIO_new_socket(socket, BIO_NOCLOSE);
  if (input == nullptr || output == nullptr) throw std::bad_alloc();
  BIO_set_data(input, this);
  BIO_set_init(input, 1);
  SSL_set0_rbio(ssl_.get(), input);
  SSL_set0_wbio(ssl_.get(), output);
  side == Side::Server ? SSL_set_accept_state(ssl_.get()) : SSL_set_connect_state(ssl_.get());
}

TlsChannel::Progress TlsChannel::handshake() {
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    established_ = true;
    return Progress::Done;
  }
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return Progress::NeedsInput;
  if (error == SSL_ERROR_WANT_WRITE) return Progress::NeedsOutput;
  const bool http = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
  ERR_clear_error();
  failed_ = true;
  return http ? Progress::PlainHttp : Progress::Failed;
}

TlsChannel::Outcome TlsChannel::receive(std::span<char> into) {
  if (ended_ || failed_) return {.ended = true};
  // As much as fits beside a record of which a part came before.
  const ssize_t got =
      ::recv(socket_, input_scratch.data(), std::min(input_scratch.size(), into.size() - kLargestRecord), 0);
  if (got <= 0) return {.ended = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)};
  arrived_ = {input_scratch.data(), static_cast<std::size_t>(got)};
  Outcome outcome;
  while (!arrived_.empty() && !ended_) {
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data() + outcome.bytes, into.size() - outcome.bytes, &count);
    outcome.bytes += count;
    if (result != 1 && !wants(SSL_ERROR_WANT_READ)) ended_ = true;
  }
  arrived_ = {};
  outcome.ended = ended_ && outcome.bytes == 0;
  return outcome;
}

// After an operation that did not succeed: whether it only has to wait.
bool TlsChannel::wants(int error) {
  const int reason = SSL_get_error(ssl_.get(), 0);
  if (reason == error) return true;
  if (reason != SSL_ERROR_ZERO_RETURN) failed_ = true;
  if (ERR_peek_error() != 0) ERR_clear_error();
  return false;
}

TlsChannel::Outcome TlsChannel::send(std::span<const iovec> pieces) {
  Outcome total;
  RecordCutter cutter(pieces);
  for (std::string_view record = cutter.next(); !record.empty(); record = cutter.next()) {
    const Outcome outcome = send_record(record);
    total.bytes += outcome.bytes;
    total.ended = outcome.ended;
    if (outcome.bytes < record.size()) break;
  }
  return total;
}

TlsChannel::Outcome TlsChannel::send_record(std::string_view bytes) {
  if (failed_) return {.ended = true};
  std::size_t sent = 0;
  if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent) == 1) return {.bytes = sent};
  return {.ended = !wants(SSL_ERROR_WANT_WRITE)};
}

bool TlsChannel::sends_in_kernel() const {
  return BIO_get_ktls_send(SSL_get_wbio(ssl_.get()));
}

TlsChannel::FileOutcome TlsChannel::send_file(std::string_view before, const FileRange& range) {
  if (before.empty() && range.bytes > kRecord && sends_in_kernel()) {
    const ossl_ssize_t sent = SSL_sendfile(ssl_.get(), range.file, range.offset, range.bytes, 0);
    if (sent > 0) return {.bytes = static_cast<std::size_t>(sent)};
    return {.ended = sent == 0 || !wants(SSL_ERROR_WANT_WRITE)};
  }
  const std::size_t head = before.copy(record_scratch.data(), kMostBefore);
  const ssize_t got =
      ::pread(range.file, record_scratch.data() + head, std::min(range.bytes, kRecord - head), range.offset);
  if (got <= 0) return {.ended = true};
  const auto bytes = static_cast<std::size_t>(got);
  const std::string_view record(record_scratch.data(), head + bytes);
  const Outcome outcome = send_record(record);
  return {.bytes = bytes, .unsent = record.substr(outcome.bytes), .ended = outcome.ended};
}

void TlsChannel::say_goodbye() {
  if (!established_ || failed_) return;
  if (SSL_shutdown(ssl_.get()) < 0) ERR_clear_error();
}

bool TlsChannel::satisfies(const TlsOptions& options) const {
  if (options.min_version == TlsVersion::V1_3 && SSL_version(ssl_.get()) < TLS1_3_VERSION) return false;
  return options.client_authentication == ClientAuthentication::None || options_.same_clients(options);
}

bool TlsChannel::speaks_http2() const {
  const unsigned char* protocol = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &protocol, &length);
  return std::string_view(reinterpret_cast<const char*>(protocol), length) == "h2";
}

std::string TlsChannel::client_verification() const {
  if (!asked_for_certificate()) return {};
  if (SSL_get0_peer_certificate(ssl_.get()) == nullptr) return "NONE";
  const long result = SSL_get_verify_result(ssl_.get());
  return result == X509_V_OK ? "SUCCESS" : std::string("FAILED:") + X509_verify_cert_error_string(result);
}

std::string TlsChannel::client_certificate() const {
  const X509* certificate = asked_for_certificate() ? SSL_get0_peer_certificate(ssl_.get()) : nullptr;
  return certificate == nullptr ? "" : percent_encode(to_pem(certificate));
}

}  // namespace penstock::router
