#pragma once

#include "base/json.h"

namespace penstock {
struct HttpAccess;
}

namespace penstock::api {

// As the API shows it, without passwords.
Json access_json(const HttpAccess& access);

// `access` with what `patch` names in place of what it had: {"is_enabled", "addresses": [{"permission", "address"}],
// "basic_auth": {user: password}}. A user whose password is given as it is shown keeps it. Throws UserError.
HttpAccess changed_access(HttpAccess access, const Json& patch);

}  // namespace penstock::api
