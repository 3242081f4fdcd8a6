#include "config/reader.h"

#include "config/limits.h"
#include "config/nearest.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace penstock::config {

namespace {

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::Null:
      return "nothing";
    case YamlNode::Kind::Scalar:
      return in_quotes(node.text);
    case YamlNode::Kind::List:
      return "a list";
    case YamlNode::Kind::Map:
      return "a map";
  }
  return "";
}

// Keys as they are; long ones of hostile files cut.
std::string join_path(const std::string& path, const std::string& key) {
  return path + "." + (key.size() > kMaxNameLength * 4 ? key.substr(0, kMaxNameLength * 4) + "…" : key);
}

}  // namespace

std::optional<Field> Reader::child(const Field& parent, const Member& member) {
  return visit({member.value, member.place, join_path(parent.path, member.key), member.key});
}

std::optional<Field> Reader::item(const Field& parent, std::size_t index) {
  const YamlNodePtr& node = parent.node->items[index];
  const std::string name = fmt::format("{}[{}]", parent.path, index);
  return visit({node, node->place, name, std::to_string(index)});
}

std::optional<Field> Reader::visit(Field field) {
  places_.add(field.path, field.place);
  field.node = includer_.resolve(field.node, base_, field.path);
  return field.node ? std::optional(std::move(field)) : std::nullopt;
}

void Reader::invalid(const Field& field, const std::string& why) {
  report_.invalid(field.place, field.path, fmt::format("{}: {}", field.path, why));
}

void Reader::expected(const Field& field, const std::string& what) {
  invalid(field, fmt::format("expected {}, found {}", what, describe(*field.node)));
}

void Reader::unknown_key(const Field& parent, const Member& member, const std::vector<std::string>& known) {
  const auto guess = nearest(member.key, known);
  const std::string hint = guess ? fmt::format("did you mean '{}'?", *guess) : "expected " + alternatives(known);
  report_.invalid(member.place, join_path(parent.path, member.key),
                  fmt::format("unknown key {} in {}, {}", in_quotes(member.key), parent.path, hint));
  if (guess) report_.excuse(join_path(parent.path, *guess));
}

void Reader::missing_key(const Field& parent, const std::string& key) {
  const std::string path = join_path(parent.path, key);
  report_.invalid(parent.place, path, fmt::format("{}: missing, expected in {}", path, parent.path));
}

}  // namespace penstock::config
