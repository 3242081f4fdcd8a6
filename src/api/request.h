// What handlers see of an HTTP request: nothing of the server's library.
#pragma once

#include "api/principal.h"
#include "base/json.h"

#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penstock::api {

struct Request {
  std::string method;
  std::string path;                                        // without the query, still percent-encoded
  std::multimap<std::string, std::string> query;           // decoded
  std::map<std::string, std::string> headers;              // names in lower case
  std::string body;                                        // bounded by the server
  std::istream* stream = nullptr;                          // instead of the body, on routes that stream it
  std::map<std::string, std::string, std::less<>> params;  // of the route's pattern, decoded
  Principal principal;                                     // who asks; empty on open routes

  // Of the route's pattern, which must have it.
  const std::string& param(std::string_view name) const;
  std::optional<std::string> query_value(const std::string& name) const;
  // All values of a parameter that may be repeated.
  std::vector<std::string> query_values(const std::string& name) const;
  // A number of the query. Throws UserError when it is not one.
  long query_number(const std::string& name, long otherwise) const;
  // An empty body is an empty object. Throws UserError when it is not a JSON object.
  Json json() const;
};

}  // namespace penstock::api
