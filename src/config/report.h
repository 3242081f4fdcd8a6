#pragma once

#include "config/problem.h"
#include "config/yaml_node.h"

#include <set>
#include <string>
#include <vector>

namespace penstock::config {

// Collects problems. Only the first of a field, or of what it is a part of, counts: what follows from it is noise.
class Report {
 public:
  void invalid(const Place& place, const std::string& field, std::string message);
  // `what` completes "… is valid but not available in this version of Penstock yet".
  void unsupported(const Place& place, const std::string& field, const std::string& what);

  // Problems of this field are to be left out: another one explains them.
  void excuse(const std::string& field) { fields_.insert(field); }

  bool empty() const { return problems_.empty(); }
  // Sorted; when there are too many to list, the last says how many more.
  std::vector<Problem> take();

 private:
  void add(Problem problem);
  bool is_known_bad(const std::string& field) const;

  std::vector<Problem> problems_;
  std::set<std::string> fields_;
  std::size_t left_out_ = 0;
};

}  // namespace penstock::config
