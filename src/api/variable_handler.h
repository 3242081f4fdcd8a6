#pragma once

#include "api/request.h"
#include "api/response.h"

#include <optional>
#include <string>

namespace penstock {
class Store;
struct Variable;
}  // namespace penstock

namespace penstock::api {

class Operations;

// Variables of a project, or of an environment where the route names one.
struct VariableHandler {
  Store& store;
  Operations& operations;

  Response list(const Request& request) const;
  Response create(const Request& request) const;
  Response get(const Request& request) const;
  Response update(const Request& request) const;
  Response remove(const Request& request) const;

 private:
  Response changed(const Request& request, const Variable& variable, const std::string& verb) const;
};

}  // namespace penstock::api
