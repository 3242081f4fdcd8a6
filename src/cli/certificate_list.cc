#include "cli/session.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "client/wire.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

namespace penstock::cli {
namespace {

bool wanted(const client::Certificate& certificate, const Options& options) {
  const auto domain = options.value("domain");
  const auto& domains = certificate.domains;
  if (domain && std::find(domains.begin(), domains.end(), *domain) == domains.end()) return false;
  if (options.has("only-auto") && !certificate.is_provisioned) return false;
  return !(options.has("no-expired") && certificate.is_expired);
}

int run(Session& session) {
  Table table({{"id", "ID"},
               {"domains", "Domain(s)"},
               {"created", "Created"},
               {"expires", "Expires"},
               {"issuer", "Issuer"},
               {"auto", "Automatic"}});
  for (const Json& document : session.http().get(session.project_path() + "/certificates")) {
    const client::Certificate certificate = client::Certificate::from_json(document);
    if (!wanted(certificate, session.options)) continue;
    table.add({certificate.id, fmt::format("{}", fmt::join(certificate.domains, ", ")), certificate.created_at,
               certificate.expires_at, certificate.issuer, certificate.is_provisioned ? "true" : "false"});
  }
  if (table.empty()) {
    session.err << "No certificates found.\n";
    return 0;
  }
  table.print(session.options, session.out);
  return 0;
}

}  // namespace

Command certificate_list() {
  return {.name = "certificate:list",
          .aliases = {"certificates", "certs"},
          .arguments = "",
          .help = "List the certificates of a project",
          .options = joined({project_options(),
                             {{"domain", 0, "HOST", "those for that host"},
                              {"only-auto", 0, "", "those that Penstock made"},
                              {"no-expired", 0, "", "without those that have expired"}},
                             Table::options()}),
          .run = run};
}

}  // namespace penstock::cli
