#include "store/session_secret.h"

#include "base/digest.h"
#include "store/database.h"

namespace penstock {
namespace {

const char* name_of(SessionSecret::Kind kind) {
  return kind == SessionSecret::Kind::Access ? "access" : "refresh";
}

}  // namespace

void SessionSecrets::add(const std::string& secret, const SessionSecret& session) {
  Transaction transaction(database_);
  database_.run("DELETE FROM session_secrets WHERE expires_at < ?", wall_now());
  database_.run("INSERT INTO session_secrets VALUES (?, ?, ?, ?)", sha256_hex(secret), name_of(session.kind),
                session.token, session.expires_at);
  transaction.commit();
}

void SessionSecrets::remove(std::string_view secret) {
  database_.run("DELETE FROM session_secrets WHERE sha256 = ?", sha256_hex(secret));
}

std::optional<Token> SessionSecrets::find(std::string_view secret, SessionSecret::Kind kind) const {
  Statement row = database_.query(
      "SELECT tokens.id, tokens.name, tokens.sha256, tokens.created_at FROM session_secrets "
      "JOIN tokens ON tokens.id = session_secrets.token "
      "WHERE session_secrets.sha256 = ? AND kind = ? AND expires_at >= ?",
      sha256_hex(secret), name_of(kind), wall_now());
  if (!row.step()) return std::nullopt;
  return token_in(row);
}

}  // namespace penstock
