#include "runtime/services/service_credentials.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/id.h"
#include "base/secret_box.h"
#include "runtime/deployer_context.h"

#include <fmt/format.h>

namespace penstock {
namespace {

constexpr std::size_t kPasswordBytes = 16;

}  // namespace

std::string service_password(const DeployerContext& context, const Environment& environment, const std::string& service,
                             const std::string& username) {
  ServiceRecords& records = context.parts.store.services();
  const std::string purpose = fmt::format("{}/{}/{}/{}", environment.project, environment.name, service, username);
  const auto kept = records.password(environment, service, username);
  if (kept) return context.parts.secrets.open(base64_decode(*kept), purpose);
  std::string password = random_hex(kPasswordBytes);
  try {
    records.add_password(environment, service, username, base64_encode(context.parts.secrets.seal(password, purpose)));
  } catch (const Conflict&) {
    // Somebody was faster, or the environment is gone.
    return context.parts.secrets.open(base64_decode(records.password(environment, service, username).value()), purpose);
  }
  return password;
}

}  // namespace penstock
