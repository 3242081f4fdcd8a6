#include "config/includer.h"

#include "base/base64.h"
#include "base/error.h"
#include "config/file_source.h"
#include "config/nearest.h"
#include "config/paths.h"
#include "config/report.h"
#include "config/utf8.h"
#include "config/yaml.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace penstock::config {

namespace {

// The two spellings of `!include` as one.
struct Wanted {
  std::string type = "yaml";
  std::string path;
};

std::optional<Wanted> read_wanted(const YamlNode& node) {
  if (node.is_scalar() && !node.text.empty()) return Wanted{"yaml", node.text};
  if (!node.is_map()) return std::nullopt;
  Wanted wanted;
  for (const Member& member : node.members) {
    if (!member.value->is_scalar()) return std::nullopt;
    if (member.key == "type") {
      wanted.type = member.value->text;
    } else if (member.key == "path") {
      wanted.path = member.value->text;
    } else {
      return std::nullopt;
    }
  }
  const bool known = wanted.type == "yaml" || wanted.type == "string" || wanted.type == "binary";
  return known && !wanted.path.empty() ? std::optional(wanted) : std::nullopt;
}

YamlNodePtr text_node(const Place& place, std::string text) {
  YamlNode node;
  node.kind = YamlNode::Kind::Scalar;
  node.place = place;
  node.quoted = true;
  node.text = std::move(text);
  node.weight = kNodeWeight + node.text.size();
  return std::make_shared<const YamlNode>(std::move(node));
}

}  // namespace

YamlNodePtr Includer::resolve(const YamlNodePtr& node, const std::string& base, const std::string& field) {
  if (node->tag == "!include") return include(node, base, field);
  if (node->tag == "!archive") return archive(node, base, field);
  return node;
}

YamlNodePtr Includer::include(const YamlNodePtr& node, const std::string& base, const std::string& field) {
  const auto wanted = read_wanted(*node);
  if (!wanted) {
    return fail(node->place, field,
                "expected '!include FILE', or type ('string', 'binary' or 'yaml') and path of what to include");
  }
  const auto path = resolve_path(base, wanted->path);
  if (!path) return fail(node->place, field, fmt::format("{} is outside the repository", in_quotes(wanted->path)));
  auto text = read_file(*path, node->place, field);
  if (!text) return nullptr;
  if (wanted->type == "binary") return text_node(node->place, base64_encode(*text));
  if (wanted->type == "string") {
    if (is_clean_utf8(*text)) return text_node(node->place, std::move(*text));
    return fail(node->place, field, fmt::format("{} is not a text in UTF-8, expected type 'binary'", in_quotes(*path)));
  }
  if (depth_ == kMaxIncludeDepth) {
    return fail(node->place, field, fmt::format("files include each other more than {} deep", kMaxIncludeDepth));
  }
  YamlNodePtr parsed = parse_yaml(*text, *path, budget_, report_);
  if (!parsed || parsed->tag.empty()) return parsed;
  ++depth_;
  YamlNodePtr inner = resolve(parsed, base, field);
  --depth_;
  return inner;
}

YamlNodePtr Includer::archive(const YamlNodePtr& node, const std::string& base, const std::string& field) {
  const auto folder = node->is_scalar() ? resolve_path(base, node->text) : std::nullopt;
  if (!folder) return fail(node->place, field, "expected '!archive FOLDER' with a folder of the repository");
  if (source_.list(*folder).empty()) {
    return fail(node->place, field, fmt::format("there is no folder {}", in_quotes(*folder)));
  }
  YamlNode result;
  result.kind = YamlNode::Kind::Map;
  result.place = node->place;
  if (!add_folder(*folder, "", result, field)) return nullptr;
  return std::make_shared<const YamlNode>(std::move(result));
}

bool Includer::add_folder(const std::string& folder, const std::string& inside, YamlNode& archive,
                          const std::string& field) {
  if (!take_file(archive.place, field)) return false;
  for (const std::string& name : source_.list(*resolve_path(folder, inside))) {
    const std::string path = inside + name;
    if (name.back() == '/') {
      if (!add_folder(folder, path, archive, field)) return false;
      continue;
    }
    const auto content = read_file(*resolve_path(folder, path), archive.place, field);
    if (!content) return false;
    archive.members.push_back({path, archive.place, text_node(archive.place, base64_encode(*content))});
  }
  return true;
}

std::optional<std::string> Includer::read_file(const std::string& path, const Place& place, const std::string& field) {
  if (!take_file(place, field)) return std::nullopt;
  std::optional<std::string> content;
  try {
    content = source_.read(path, kMaxFileBytes);
  } catch (const UserError& e) {
    fail(place, field, e.what());
    return std::nullopt;
  }
  if (!content) {
    fail(place, field, fmt::format("there is no file {}", in_quotes(path)));
    return std::nullopt;
  }
  // Twice, for what it becomes as base64.
  if (budget_.take_weight(2 * content->size())) return content;
  fail(place, field, fmt::format("the files that are read are larger than {} MiB", kMaxWeight >> 21));
  return std::nullopt;
}

bool Includer::take_file(const Place& place, const std::string& field) {
  if (budget_.take_file()) return true;
  fail(place, field, fmt::format("more than {} files and folders are read", kMaxFiles));
  return false;
}

YamlNodePtr Includer::fail(const Place& place, const std::string& field, const std::string& why) {
  report_.invalid(place, field, field.empty() ? why : fmt::format("{}: {}", field, why));
  return nullptr;
}

}  // namespace penstock::config
