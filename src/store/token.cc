#include "store/token.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/id.h"
#include "store/database.h"

namespace penstock {
namespace {

constexpr std::size_t kSecretBytes = 32;

}  // namespace

Token token_in(Statement& row) {
  return {.id = row.text(), .name = row.text(), .sha256 = row.text(), .created_at = row.time()};
}

NewToken new_token(std::string name) {
  std::string secret = random_hex(kSecretBytes);
  return {.record = token_of(std::move(name), secret), .secret = std::move(secret)};
}

Token token_of(std::string name, std::string_view secret) {
  return {.id = random_id(), .name = std::move(name), .sha256 = sha256_hex(secret)};
}

void Tokens::add(const Token& token) {
  const int added = database_.run("INSERT INTO tokens VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", token.id, token.name,
                                  token.sha256, token.created_at);
  if (added == 0) throw Conflict("cannot add token " + token.name + ": it exists already");
}

void Tokens::remove(const std::string& id) {
  if (database_.run("DELETE FROM tokens WHERE id = ?", id) == 0) throw NotFound("there is no token " + id);
}

std::optional<Token> Tokens::find_by_secret(std::string_view secret) const {
  Statement row = database_.query("SELECT * FROM tokens WHERE sha256 = ?", sha256_hex(secret));
  if (!row.step()) return std::nullopt;
  return token_in(row);
}

std::vector<Token> Tokens::list() const {
  std::vector<Token> result;
  Statement row = database_.query("SELECT * FROM tokens ORDER BY created_at, id");
  while (row.step()) result.push_back(token_in(row));
  return result;
}

}  // namespace penstock
