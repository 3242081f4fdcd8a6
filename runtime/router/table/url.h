#pragma once

#include <string>

namespace penstock::router {

// An absolute URL, taken apart.
struct Url {
  bool https = false;
  std::string authority;  // in lower case, with the port if any
  std::string path;       // begins with '/'

  std::string host() const;
};

// Throws UserError.
Url parse_url(const std::string& text);

}  // namespace penstock::router
