#include "cli/session.h"
#include "cli/verbs.h"

#include <nlohmann/json.hpp>

#include <ostream>

namespace penstock::cli {
namespace {

int run(Session& session) {
  session.out << session.http().get("/certificate-authority").at("certificate").get<std::string>();
  return 0;
}

}  // namespace

Command certificate_authority() {
  return {.name = "certificate:authority",
          .aliases = {},
          .arguments = "",
          .help = "Print the certificate to trust for sites that have none of their own",
          .options = {},
          .run = run};
}

}  // namespace penstock::cli
