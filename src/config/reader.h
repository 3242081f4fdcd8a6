// Turns YAML into normalized JSON by a description of what may be there.
#pragma once

#include "base/json.h"
#include "config/includer.h"
#include "config/places.h"
#include "config/report.h"
#include "config/yaml_node.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace penstock::config {

// A value and the way to it.
struct Field {
  YamlNodePtr node;
  Place place;       // of its key, or of itself in a list
  std::string path;  // "applications.app.hooks.build"
  std::string key;   // the last part of that
};

// What one part of the configuration (an application, the routes) is read with.
class Reader {
 public:
  // `base`: what includes are relative to. The places of all that is read go to `places`.
  Reader(Report& report, Includer& includer, Places& places, std::string base)
      : report_(report), includer_(includer), places_(places), base_(std::move(base)) {}

  // The member of a map or item of a list, with includes resolved. None when they fail.
  std::optional<Field> child(const Field& parent, const Member& member);
  std::optional<Field> item(const Field& parent, std::size_t index);

  void invalid(const Field& field, const std::string& why);
  // "FIELD: expected WHAT, found …".
  void expected(const Field& field, const std::string& what);
  void unknown_key(const Field& parent, const Member& member, const std::vector<std::string>& known);
  void missing_key(const Field& parent, const std::string& key);

 private:
  std::optional<Field> visit(Field field);

  Report& report_;
  Includer& includer_;
  Places& places_;
  std::string base_;
};

// Reads a field: its normalized value, or nothing after having reported what is wrong with it.
using Shape = std::function<std::optional<Json>(Reader&, const Field&)>;

}  // namespace penstock::config
