#pragma once

#include <string>
#include <string_view>

namespace penstock {

// "pbkdf2-sha256:ITERATIONS:SALT:KEY" with a new salt; slow on purpose (milliseconds). A password is not to be had
// back.
std::string hash_password(std::string_view password);

// As slow. False also when `hash` is not one of hash_password()'s.
bool password_matches(std::string_view password, std::string_view hash);

// Whether password_matches() can read it.
bool is_password_hash(std::string_view hash);

}  // namespace penstock
