#pragma once

#include <string>
#include <vector>

namespace penstock::config {

// One thing wrong with a configuration, and where.
struct Problem {
  enum class Kind {
    Invalid,
    Unsupported,  // right by the reference, but this version of Penstock cannot do it yet
  };

  Kind kind = Kind::Invalid;
  std::string file;     // relative to the root of the repository; empty: the configuration as a whole
  int line = 0;         // counted from 1; 0: the file as a whole
  std::string field;    // "applications.app.hooks.build"
  std::string message;  // complete in itself: says which field, and what was expected

  // "file:line: message", without the parts there are none of.
  std::string text() const;
};

// By file, then line, then as found.
void sort_problems(std::vector<Problem>& problems);

}  // namespace penstock::config
