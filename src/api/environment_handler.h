#pragma once

#include "api/environment_view.h"
#include "api/request.h"
#include "api/response.h"

namespace penstock {
class Store;
struct Activity;
}  // namespace penstock

namespace penstock::api {

class Operations;

struct EnvironmentHandler {
  Store& store;
  Operations& operations;
  const EnvironmentView& view;

  Response list(const Request& request) const;
  Response get(const Request& request) const;
  Response update(const Request& request) const;
  Response remove(const Request& request) const;

  Response settings(const Request& request) const;
  Response update_settings(const Request& request) const;

  Response activate(const Request& request) const;
  Response deactivate(const Request& request) const;
  Response redeploy(const Request& request) const;
  Response deploy(const Request& request) const;
  Response roll_back(const Request& request) const;

 private:
  Environment named(const Request& request) const;
  Response began(const Activity& activity, const Environment& environment) const;
};

}  // namespace penstock::api
