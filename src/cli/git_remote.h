#pragma once

#include <optional>
#include <string>

namespace penstock::cli {

// The repository around the current folder.
struct GitCheckout {
  std::string branch;  // empty: none is checked out
  // The project whose git URL a remote has at this API address; the remote "penstock" first, else any.
  std::optional<std::string> project;

  // Empty outside of a repository.
  static std::optional<GitCheckout> find(const std::string& api_url);
};

// "http://host:7080/PROJECT.git" -> PROJECT, when it is at this API address, whatever credentials it holds.
std::optional<std::string> project_of_remote(const std::string& remote_url, const std::string& api_url);

// Adds or changes the remote "penstock". Throws Error outside of a repository.
void set_remote(const std::string& git_url);

}  // namespace penstock::cli
