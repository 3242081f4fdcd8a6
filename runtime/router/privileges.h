#pragma once

#include <filesystem>
#include <string>

namespace penstock::router {

// As many connections as the system allows.
void raise_file_limit();

// Becomes `user` for good, without supplementary groups and without any way to gain privileges again; gives it
// `directory`, which is made when it does not exist. An empty `user`, or one that we are, stays who we are. Throws
// Error.
void become_user(const std::string& user, const std::filesystem::path& directory);

}  // namespace penstock::router
