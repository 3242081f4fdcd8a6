#include "runtime/router/table/url.h"

#include "base/error.h"

#include <algorithm>
#include <cctype>

namespace penstock::router {

std::string Url::host() const {
  return authority.substr(0, authority.find(':'));
}

Url parse_url(const std::string& text) {
  Url url;
  const std::size_t scheme = text.find("://");
  const std::string name = text.substr(0, scheme);
  if (scheme == std::string::npos || (name != "http" && name != "https")) {
    throw UserError("cannot use '" + text + "': expected http://HOST/PATH or https://HOST/PATH");
  }
  url.https = name == "https";
  const std::size_t begin = scheme + 3;
  const std::size_t slash = std::min(text.find('/', begin), text.size());
  url.authority = text.substr(begin, slash - begin);
  std::transform(url.authority.begin(), url.authority.end(), url.authority.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  url.path = slash < text.size() ? text.substr(slash) : "/";
  const auto printable = [](char c) { return c > 0x20 && c != 0x7f; };
  if (url.host().empty() || !std::all_of(text.begin(), text.end(), printable)) {
    throw UserError("cannot use '" + text + "': the host or path is not valid");
  }
  return url;
}

}  // namespace penstock::router
