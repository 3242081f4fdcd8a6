#pragma once

#include "base/clock.h"
#include "store/token.h"

#include <optional>
#include <string>
#include <string_view>

namespace penstock {

class Database;

// A secret that stands for an API token for a while. Only its digest is kept.
struct SessionSecret {
  enum class Kind { Access, Refresh };

  Kind kind = Kind::Access;
  std::string token;  // the id of the API token; it ends with that
  WallTime expires_at;
};

class SessionSecrets {
 public:
  explicit SessionSecrets(Database& database) : database_(database) {}

  // Throws Conflict when the API token is gone. Also drops all that have expired.
  void add(const std::string& secret, const SessionSecret& session);
  // Fine when it is not known.
  void remove(std::string_view secret);

  // Who it stands for, unless it is of another kind or has expired.
  std::optional<Token> find(std::string_view secret, SessionSecret::Kind kind) const;

 private:
  Database& database_;
};

}  // namespace penstock
