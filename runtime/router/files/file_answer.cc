#include "runtime/router/files/file_answer.h"

#include "runtime/router/client/content.h"
#include "runtime/router/client/downstream.h"
#include "runtime/router/files/compressed_file.h"
#include "runtime/router/http/cache_control.h"
#include "runtime/router/http/date.h"
#include "runtime/router/http/reply.h"
#include "runtime/router/worker.h"

#include <array>
#include <charconv>
#include <chrono>

namespace penstock::router {
namespace {

// One answer while its head is written.
class FileAnswer {
 public:
  FileAnswer(Downstream& client, const RequestHead& request, const StaticFiles::Answer& answer)
      : client_(client),
        worker_(client.worker()),
        request_(request),
        file_(*answer.file),
        shared_file_(answer.file),
        options_(*answer.options),
        head_(worker_.response_scratch()) {}

  void send(const RouteFields& route) {
    write_fields(route);
    const bool made_to_order = may_compress();
    if (!made_to_order && !file_.gzip && !file_.brotli) return send_content_of(file_.identity);
    head_.fields.add("Vary", "Accept-Encoding");
    const Coding coding = choose(made_to_order);
    if (coding == Coding::Identity) return send_content_of(file_.identity);
    head_.fields.add("Content-Encoding", name_of(coding));
    if (const auto& there = coding == Coding::Gzip ? file_.gzip : file_.brotli) return send_content_of(there);
    compress(coding);
  }

 private:
  void write_fields(const RouteFields& route) {
    FieldList& fields = head_.fields;
    fields.clear();
    fields.add("Last-Modified", file_.modified_text);
    fields.add("Content-Type", file_.content_type);
    for (const auto& [name, value] : options_.headers) fields.add(name, value);
    if (route.restrict_robots) fields.add("X-Robots-Tag", "noindex, nofollow");
    if (!route.transport_security.empty()) fields.add("Strict-Transport-Security", route.transport_security);
    if (options_.expires && fields.find(FieldName::CacheControl).empty()) write_expiry();
  }

  void write_expiry() {
    const auto seconds = options_.expires->count();
    constexpr std::string_view name = "max-age=";
    char* digits = std::copy(name.begin(), name.end(), max_age_.data());
    const char* end = std::to_chars(digits, max_age_.data() + max_age_.size(), seconds).ptr;
    head_.fields.add("Cache-Control", {max_age_.data(), static_cast<std::size_t>(end - max_age_.data())});
    const std::time_t expires = std::time(nullptr) + seconds;
    if (file_.expires != expires) file_.expires_text = http_date(expires);
    file_.expires = expires;
    head_.fields.add("Expires", file_.expires_text);
  }

  // As the reference says: what may be kept for a while.
  bool may_compress() const {
    return file_.compressible && options_.expires > std::chrono::seconds(0) &&
           head_.fields.find(FieldName::ContentEncoding).empty() && !read_cache_control(head_.fields).no_transform;
  }

  Coding choose(bool made_to_order) const {
    if (!request_.fields.find(FieldName::Range).empty()) return Coding::Identity;
    if (!head_.fields.find(FieldName::ContentEncoding).empty()) return Coding::Identity;
    return AcceptedCodings(request_.fields).choose(file_.gzip || made_to_order, file_.brotli || made_to_order);
  }

  void send_content_of(const std::shared_ptr<const Representation>& representation) {
    head_.fields.add("ETag", representation->etag);
    head_.fields.add("Accept-Ranges", "bytes");
    Content content{.memory = representation->content,
                    .file = representation->fd ? representation->fd.get() : -1,
                    .size = representation->size,
                    .owner = representation};
    const Validators validators{.etag = representation->etag, .modified = file_.modified};
    send_content(client_, head_, select(request_, validators, content.size), std::move(content));
  }

  void compress(Coding coding) {
    const std::string etag = weak_etag(*file_.identity);
    const Validators validators{.etag = etag, .modified = file_.modified};
    const Selection selection = select(request_, validators, file_.identity->size);
    auto encoder = worker_.encoders().take(coding);
    if (!encoder || selection.status != 200) {
      if (!encoder) head_.fields.remove(FieldName::ContentEncoding);
      return send_content_of(file_.identity);
    }
    if (!file_.identity->fd) {
      const auto made = compress_whole(*file_.identity, encoder);
      if (file_.frozen) worker_.files().keep(file_, coding, made);
      return send_content_of(made);
    }
    head_.fields.add("ETag", etag);
    head_.status = 200;
    head_.reason = reason_of(200);
    head_.length.reset();
    client_.answer_with(
        std::make_unique<CompressedFile>(client_, head_, shared_file_, coding, std::move(encoder), request_.is_head()));
  }

  Downstream& client_;
  Worker& worker_;
  const RequestHead& request_;
  ServedFile& file_;
  const std::shared_ptr<ServedFile>& shared_file_;
  const LocationOptions& options_;
  ResponseHead& head_;
  std::array<char, 32> max_age_;
};

}  // namespace

void answer_with_file(Downstream& client, const RequestHead& request, const StaticFiles::Answer& answer,
                      const RouteFields& route) {
  FileAnswer(client, request, answer).send(route);
}

}  // namespace penstock::router
