#pragma once

#include <string>

namespace penstock::router {

// What an application that speaks FastCGI is to run for a request. Paths of files are those inside its container.
struct Script {
  std::string file;       // "/app/web/index.php"
  std::string root;       // "/app/web"
  std::string name;       // as in the URL: "/index.php"
  std::string path_info;  // what follows the name in the URL: "/a/b"; mostly empty

  bool operator==(const Script&) const = default;
};

}  // namespace penstock::router
