#pragma once

#include <string>

namespace penstock::api {

// Who makes a request: the holder of an API token.
struct Principal {
  std::string id;
  std::string name;
};

}  // namespace penstock::api
