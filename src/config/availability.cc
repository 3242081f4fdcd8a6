#include "config/checks.h"
#include "config/declared.h"
#include "config/draft.h"
#include "config/paths.h"
#include "config/report.h"

#include <fmt/format.h>

#include <array>

namespace penstock::config {

namespace {

struct Unavailable {
  const char* path;   // parts of the way, '*' for any
  const char* value;  // the one that is not available; empty: any but nothing
  const char* what;
};

// Everything of the reference that validates but cannot be used yet. What is in neither this table nor the model is
// taken as a hint and does nothing: access, disk, preflight, resources and size.
constexpr std::array kUnavailable{
    Unavailable{"applications/*/stack", "", "a composable image"},
    Unavailable{"applications/*/image", "", "an image of one's own"},
    Unavailable{"applications/*/runtime/extensions", "", "an extension of PHP"},
    Unavailable{"applications/*/runtime/disabled_extensions", "", "an extension of PHP"},
    Unavailable{"applications/*/runtime/xdebug", "", "Xdebug"},
    Unavailable{"applications/*/runtime/quicklisp", "", "Quicklisp"},
    Unavailable{"applications/*/build/caches", "", "a named build cache"},
    Unavailable{"applications/*/build/flavor", "drupal", "the flavor 'drupal'"},
    Unavailable{"applications/*/build/flavor", "symfony", "the flavor 'symfony'"},
    Unavailable{"applications/*/dependencies/python", "", "Python 2"},
    Unavailable{"applications/*/dependencies/python2", "", "Python 2"},
    Unavailable{"applications/*/operations/*", "", "a runtime operation"},
    Unavailable{"applications/*/source/operations/*", "", "a source operation"},
    Unavailable{"applications/*/tasks", "", "a task"},
    Unavailable{"applications/*/firewall/outbound", "", "an outbound firewall"},
    Unavailable{"applications/*/web/firewall/outbound", "", "an outbound firewall"},
    Unavailable{"applications/*/workers/*/firewall/outbound", "", "an outbound firewall"},
    Unavailable{"applications/*/egress", "", "an outbound firewall"},
    Unavailable{"applications/*/authorizations", "", "an authorization"},
    Unavailable{"applications/*/web/document_root", "", "a property of before web.locations"},
    Unavailable{"applications/*/web/passthru", "", "a property of before web.locations"},
    Unavailable{"applications/*/web/index_files", "", "a property of before web.locations"},
    Unavailable{"applications/*/web/whitelist", "", "a property of before web.locations"},
    Unavailable{"applications/*/web/blacklist", "", "a property of before web.locations"},
    Unavailable{"applications/*/web/expires", "", "a property of before web.locations"},
    Unavailable{"applications/*/web/move_to_root", "true", "a property of before web.locations"},
    Unavailable{"routes/*/ssi/enabled", "true", "server-side inclusion"},
};

bool matches(const Json& json, const Unavailable& entry) {
  const std::string value = entry.value;
  if (value.empty()) return !json.empty();
  return json == Json(value) || (value == "true" && json == Json(true));
}

class Search {
 public:
  Search(const Unavailable& entry, const Draft& draft, Report& report)
      : entry_(entry), parts_(split(entry.path, '/')), draft_(draft), report_(report) {}

  void run() { visit(draft_.json, 0, ""); }

 private:
  void visit(const Json& json, std::size_t depth, const std::string& field) {
    if (depth == parts_.size()) {
      if (matches(json, entry_)) report_.unsupported(draft_.places.find(field), field, entry_.what);
      return;
    }
    if (!json.is_object()) return;
    for (const auto& [key, value] : json.items()) {
      const bool fits = parts_[depth] == "*" || parts_[depth] == key;
      if (fits) visit(value, depth + 1, field.empty() ? key : fmt::format("{}.{}", field, key));
    }
  }

  const Unavailable& entry_;
  const std::vector<std::string> parts_;
  const Draft& draft_;
  Report& report_;
};

void check_composable(const Draft& draft, Report& report) {
  for (const auto& [name, application] : draft.configuration.applications) {
    const std::string field = fmt::format("applications.{}.type", name);
    if (application.runtime() == "composable") {
      report.unsupported(draft.places.find(field), field, "a composable image");
    }
  }
}

bool speaks_http(const Web& web) {
  return web.socket_family == SocketFamily::Tcp && web.protocol == Protocol::Http;
}

// Others find an application by HTTP at its port.
void check_related_applications(const Draft& draft, Report& report) {
  const auto& applications = draft.configuration.applications;
  for (const auto& [name, application] : applications) {
    for (const auto& [owner, relationships] :
         declared(application, &Application::relationships, &Overrides::relationships)) {
      for (const auto& [relationship, related] : relationships) {
        const auto target = applications.find(related.target);
        if (target == applications.end() || speaks_http(target->second.web)) continue;
        const std::string field = fmt::format("{}.relationships.{}", owner, relationship);
        report.unsupported(draft.places.find(field), field, "an application that does not listen on HTTP over TCP");
      }
    }
  }
}

}  // namespace

void check_availability(const Draft& draft, Report& report) {
  for (const Unavailable& entry : kUnavailable) Search(entry, draft, report).run();
  check_composable(draft, report);
  check_related_applications(draft, report);
}

}  // namespace penstock::config
