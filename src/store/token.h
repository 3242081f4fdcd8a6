#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

class Database;
class Statement;

// An API token. The secret itself is never kept, only its digest.
struct Token {
  std::string id;
  std::string name;
  std::string sha256;
  WallTime created_at = wall_now();
};

struct NewToken {
  Token record;
  std::string secret;  // to be shown once
};

// A token with a fresh secret of 256 random bits. Not stored yet.
NewToken new_token(std::string name);
// The record of a secret that was chosen elsewhere. Not stored yet.
Token token_of(std::string name, std::string_view secret);

// Of a row of all columns.
Token token_in(Statement& row);

class Tokens {
 public:
  explicit Tokens(Database& database) : database_(database) {}

  // Throws Conflict when the secret is known already.
  void add(const Token& token);
  // Throws NotFound.
  void remove(const std::string& id);

  std::optional<Token> find_by_secret(std::string_view secret) const;
  std::vector<Token> list() const;

 private:
  Database& database_;
};

}  // namespace penstock
