#include "base/error.h"
#include "base/file.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {
namespace {

std::string file_of(Session& session, const char* option, std::size_t position) {
  const auto path = session.options.has(option) ? session.options.value(option) : session.options.positional(position);
  if (!path) {
    throw UserError(fmt::format("which {}? penstock certificate:add --cert FILE --key FILE [--chain FILE…]", option));
  }
  return read_file(*path);
}

int run(Session& session) {
  Json chain = Json::array();
  for (const std::string& path : session.options.list("chain")) chain.push_back(read_file(path));
  const Json body{{"certificate", file_of(session, "cert", 0)}, {"key", file_of(session, "key", 1)}, {"chain", chain}};
  const Json accepted = session.http().post(session.project_path() + "/certificates", body);
  session.err << "The certificate was added. Connections from now on use it.\n";
  return session.finish(accepted);
}

}  // namespace

Command certificate_add() {
  return {.name = "certificate:add",
          .aliases = {},
          .arguments = "[cert] [key]",
          .help = "Add a certificate for hosts of the project",
          .options = joined({project_options(),
                             {{"cert", 0, "FILE", "the certificate, in PEM"},
                              {"key", 0, "FILE", "its private key, in PEM"},
                              {"chain", 0, "FILE", "certificates of its issuers, in PEM; may be repeated"}},
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
