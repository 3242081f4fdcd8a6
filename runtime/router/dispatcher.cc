#include "runtime/router/dispatcher.h"

#include "runtime/router/client/session.h"
#include "runtime/router/files/file_response.h"
#include "runtime/router/files/static_files.h"
#include "runtime/router/http/path.h"
#include "runtime/router/table/redirect.h"
#include "runtime/router/upstream/exchange.h"

namespace penstock::router {
namespace {

const char* const kUnknownHost =
    "There is no site here. Check the address; if it is new, its first deployment may not be over.";
const char* const kNotRunning = "This site is not running at the moment.";
const char* const kDeploying = "A new version is being deployed. Please try again in a moment.";
const char* const kNoFile = "There is no page at this address.";
const char* const kForbidden = "This page may not be shown.";
const char* const kBadPath = "The address of this page is not valid.";

// One request on its way through the rules.
class Dispatch {
 public:
  Dispatch(Session& session, const RequestHead& request, std::string_view head)
      : session_(session), request_(request), head_(head), worker_(session.worker()) {}

  void run(ReleaseSlot slot) {
    const auto path = normalize_path(request_.path == "*" ? "/" : request_.path, worker_.text_scratch());
    if (!path) return refuse(400, kBadPath);
    path_ = *path;
    match_ = worker_.table().find(https(), request_.host(), path_);
    if (match_.route == nullptr) return refuse(404, kUnknownHost);
    if (redirects() || waits(slot)) return;
    serve(std::move(slot));
  }

 private:
  void refuse(int status, const char* why, std::string fields = {}) {
    session_.reply(request_, {.status = status, .explanation = why, .fields = std::move(fields)});
  }

  bool https() const {
    return worker_.settings().https == HttpsMode::Proxied &&
           equal_ignoring_case(request_.fields.find(FieldName::XForwardedProto), "https");
  }

  bool redirects() {
    const auto redirect = find_redirect(match_, request_, worker_.table(), worker_.settings().https);
    if (redirect) session_.reply(request_, *redirect);
    return redirect.has_value();
  }

  bool waits(const ReleaseSlot& slot) {
    if (slot) return false;
    HoldQueue* queue = worker_.holds().find((*match_.environment)->id);
    if (queue == nullptr) return false;
    switch (queue->judge(request_.idempotent(), head_.size())) {
      case HoldQueue::Verdict::Pass:
        return false;
      case HoldQueue::Verdict::Wait:
        session_.hold(*queue, head_);
        return true;
      case HoldQueue::Verdict::RefuseMethod:
      case HoldQueue::Verdict::RefuseFull:
        refuse(503, kDeploying, "Retry-After: 5\r\n");
        return true;
    }
    return false;
  }

  void serve(ReleaseSlot slot) {
    const Upstream& upstream = *match_.route->upstream;
    if (upstream.locations.empty()) return pass_on(std::move(slot));
    StaticFiles::Answer answer = StaticFiles(upstream).find(request_, path_);
    switch (answer.kind) {
      case StaticFiles::Kind::File:
        return session_.answer_with(
            std::make_unique<FileResponse>(session_, request_, std::move(answer.file), match_.route->restrict_robots));
      case StaticFiles::Kind::Directory:
        return session_.reply(request_, redirect_to_directory(request_));
      case StaticFiles::Kind::PassOn:
        return pass_on(std::move(slot));
      case StaticFiles::Kind::NotFound:
        return refuse(404, kNoFile);
      case StaticFiles::Kind::Forbidden:
        return refuse(403, kForbidden);
      case StaticFiles::Kind::WrongMethod:
        return refuse(405, kForbidden, "Allow: GET, HEAD\r\n");
    }
  }

  void pass_on(ReleaseSlot slot) {
    if (match_.route->upstream->addresses.empty()) return refuse(503, kNotRunning, "Retry-After: 30\r\n");
    session_.answer_with(std::make_unique<Exchange>(
        session_, request_, Exchange::Target{*match_.environment, match_.route, https()}, std::move(slot)));
  }

  Session& session_;
  const RequestHead& request_;
  std::string_view head_;
  Worker& worker_;
  std::string_view path_;
  RouteTable::Match match_;
};

}  // namespace

void dispatch(Session& session, const RequestHead& request, std::string_view head, ReleaseSlot slot) {
  Dispatch(session, request, head).run(std::move(slot));
}

}  // namespace penstock::router
