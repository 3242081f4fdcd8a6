#pragma once

#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Store;
}

namespace penstock::api {

// The holder of a token, as a user, and what clients look up through it.
struct UserHandler {
  Store& store;

  Response me(const Request& request) const;
  Response legacy_me(const Request& request) const;
  Response extended_access(const Request& request) const;
  Response referenced_projects(const Request& request) const;
  Response referenced_organizations(const Request& request) const;
  Response referenced_users(const Request& request) const;
  Response organization(const Request& request) const;
};

}  // namespace penstock::api
