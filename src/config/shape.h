// The words that schemas are made of.
#pragma once

#include "config/reader.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace penstock::config {

// Text; numbers are taken as they are written ("4.10"). At most `limit` bytes.
Shape text(std::size_t limit);
Shape text();
// Text that `fits`; `what` names it: "a time zone".
Shape text_like(std::string what, std::function<bool(const std::string&)> fits);
Shape boolean();
Shape integer(std::int64_t least, std::int64_t most = std::numeric_limits<std::int64_t>::max());
// Seconds, of "1h".
Shape duration();
// Bytes, of "250m".
Shape size();
Shape one_of(std::vector<std::string> words);
// Any value, maps sorted by key.
Shape anything();

Shape list_of(Shape item);

struct Property {
  std::string key;
  Shape shape;
  bool required = false;
};

// A map of known keys. One without a value counts as absent, so does one that begins with '.'.
Shape object(std::vector<Property> properties);

// Gives a key its normal form, or reports what is wrong with it. The field is the entry.
using KeyShape = std::function<std::optional<std::string>(Reader&, const Field&)>;

struct MapOptions {
  KeyShape key;
  std::size_t limit;
  bool patterns = false;  // keys are expressions: their order counts, and a '.' at the start is a part of them
};

// A map of names to values of one shape, sorted unless they are patterns.
Shape map_of(MapOptions options, Shape value);
// Keys as they are.
Shape map_of(Shape value);

// Lowercase letters, digits, '-' and '_', beginning with a letter or digit: what may name an application, a service, …
KeyShape name();

// The first for text, numbers and nothing; the second for maps; lists are refused.
Shape scalar_or_map(Shape scalar, Shape map);

}  // namespace penstock::config
