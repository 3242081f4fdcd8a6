// A YAML document with the place of everything in it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace penstock::config {

struct Place {
  std::shared_ptr<const std::string> file;
  int line = 0;  // from 1
};

struct YamlNode;
using YamlNodePtr = std::shared_ptr<const YamlNode>;

struct Member {
  std::string key;
  Place place;
  YamlNodePtr value;
};

// Never changed once parsed: an alias is the same node again.
struct YamlNode {
  enum class Kind { Null, Scalar, List, Map };

  Kind kind = Kind::Null;
  Place place;
  std::string tag;                 // "!include", "!archive" or empty
  std::string text;                // of a scalar
  bool quoted = false;             // text even if it looks like a number
  std::vector<YamlNodePtr> items;  // of a list
  std::vector<Member> members;     // of a map, keys unique
  std::size_t weight = 0;          // bytes it stands for, aliases written out

  bool is_null() const { return kind == Kind::Null; }
  bool is_scalar() const { return kind == Kind::Scalar; }
  bool is_list() const { return kind == Kind::List; }
  bool is_map() const { return kind == Kind::Map; }
  // The value of a member of a map; none when there is no such member.
  YamlNodePtr find(const std::string& key) const;
};

}  // namespace penstock::config
