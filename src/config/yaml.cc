#include "config/yaml.h"

#include "base/error.h"
#include "config/limits.h"
#include "config/nearest.h"
#include "config/report.h"
#include "config/utf8.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace penstock::config {

YamlNodePtr YamlNode::find(const std::string& key) const {
  const auto it = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
  return it == members.end() ? nullptr : it->value;
}

namespace {

const std::string kCoreTags = "tag:yaml.org,2002:";

// Ends the reading of a document.
class Unreadable : public UserError {
 public:
  Unreadable(int line, const std::string& why) : UserError(why), line_(line) {}
  int line() const { return line_; }

 private:
  int line_;
};

int line_of(const YAML::Mark& mark) {
  return mark.line + 1;
}

bool reads_as_null(const std::string& text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// Builds nodes from the parser's events; a stack holds the lists and maps that are still open.
class Builder : public YAML::EventHandler {
 public:
  Builder(std::shared_ptr<const std::string> file, Budget& budget, Report& report)
      : file_(std::move(file)), budget_(budget), report_(report) {}

  YamlNodePtr root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) throw Unreadable(line_of(mark), "a second document, expected one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(make(mark, YamlNode::Kind::Null), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::List);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::Map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
    std::optional<Member> pending;  // its key was read
    std::map<std::string, int> lines;
    std::vector<YamlNodePtr> merged;
  };

  YamlNode make(const YAML::Mark& mark, YamlNode::Kind kind);
  std::string known_tag(const YAML::Mark& mark, const std::string& tag);
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind);
  void close();
  void finish(YamlNode node, YAML::anchor_t anchor);
  void add(const YamlNodePtr& node, int line);
  void add_key(Open& map, const YamlNodePtr& node, int line);
  void add_value(Open& map, const YamlNodePtr& node);
  void merge(Open& map);
  void spend(std::size_t weight, int line);

  std::shared_ptr<const std::string> file_;
  Budget& budget_;
  Report& report_;
  bool started_ = false;
  YamlNodePtr root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNodePtr> anchors_;
};

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto it = anchors_.find(anchor);
  if (it == anchors_.end()) throw Unreadable(line_of(mark), "an alias refers to the value it is part of");
  spend(it->second->weight, line_of(mark));
  add(it->second, line_of(mark));
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
  YamlNode node = make(mark, YamlNode::Kind::Scalar);
  node.tag = known_tag(mark, tag);
  node.text = value;
  node.quoted = tag == "!" || tag == kCoreTags + "str";
  if (!is_clean_utf8(value)) throw Unreadable(line_of(mark), "a text holds a NUL character");
  if (!node.quoted && node.tag.empty() && reads_as_null(value)) node.kind = YamlNode::Kind::Null;
  spend(value.size(), line_of(mark));
  node.weight += value.size();
  finish(std::move(node), anchor);
}

YamlNode Builder::make(const YAML::Mark& mark, YamlNode::Kind kind) {
  spend(kNodeWeight, line_of(mark));
  YamlNode node;
  node.kind = kind;
  node.place = {file_, line_of(mark)};
  node.weight = kNodeWeight;
  return node;
}

std::string Builder::known_tag(const YAML::Mark& mark, const std::string& tag) {
  if (tag.empty() || tag == "?" || tag == "!") return "";
  for (const char* const core : {"str", "int", "float", "bool", "null", "seq", "map"}) {
    if (tag == kCoreTags + core) return "";
  }
  if (tag == "!include" || tag == "!archive") return tag;
  throw Unreadable(line_of(mark), fmt::format("unknown tag {}, expected '!include' or '!archive'", in_quotes(tag)));
}

void Builder::open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
  if (open_.size() == kMaxDepth) {
    throw Unreadable(line_of(mark), fmt::format("lists and maps are more than {} deep", kMaxDepth));
  }
  YamlNode node = make(mark, kind);
  node.tag = known_tag(mark, tag);
  open_.push_back({std::move(node), anchor, std::nullopt, {}, {}});
}

void Builder::close() {
  Open done = std::move(open_.back());
  open_.pop_back();
  merge(done);
  finish(std::move(done.node), done.anchor);
}

void Builder::finish(YamlNode node, YAML::anchor_t anchor) {
  const int line = node.place.line;
  const auto shared = std::make_shared<const YamlNode>(std::move(node));
  if (anchor != YAML::NullAnchor) anchors_[anchor] = shared;
  add(shared, line);
}

void Builder::add(const YamlNodePtr& node, int line) {
  if (open_.empty()) {
    root_ = node;
    return;
  }
  Open& parent = open_.back();
  parent.node.weight += node->weight;
  if (parent.node.is_list()) {
    parent.node.items.push_back(node);
  } else if (parent.pending) {
    add_value(parent, node);
  } else {
    add_key(parent, node, line);
  }
}

void Builder::add_key(Open& map, const YamlNodePtr& node, int line) {
  if (node->is_list() || node->is_map()) throw Unreadable(line, "a key is a list or a map, expected text");
  map.pending = Member{node->text, {file_, line}, nullptr};
}

void Builder::add_value(Open& map, const YamlNodePtr& node) {
  Member member = *std::exchange(map.pending, std::nullopt);
  member.value = node;
  if (member.key == "<<") {
    map.merged.push_back(node);
    return;
  }
  const auto [first, is_new] = map.lines.emplace(member.key, member.place.line);
  if (is_new) {
    map.node.members.push_back(std::move(member));
  } else {
    report_.invalid(member.place, "",
                    fmt::format("duplicate key {}, first used in line {}", in_quotes(member.key), first->second));
  }
}

void Builder::merge(Open& map) {
  for (const YamlNodePtr& source : map.merged) {
    const std::vector<YamlNodePtr> maps = source->is_list() ? source->items : std::vector{source};
    for (const YamlNodePtr& from : maps) {
      if (!from->is_map()) throw Unreadable(map.node.place.line, "'<<' expects a map or a list of maps");
      for (const Member& member : from->members) {
        if (map.lines.emplace(member.key, member.place.line).second) map.node.members.push_back(member);
      }
    }
  }
}

void Builder::spend(std::size_t weight, int line) {
  if (!budget_.take_weight(weight)) {
    throw Unreadable(line, fmt::format("the configuration is larger than {} MiB with aliases and includes written out",
                                       kMaxWeight >> 20));
  }
}

YamlNodePtr parse_document(const std::string& text, Builder& builder) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  while (parser.HandleNextDocument(builder)) continue;
  return builder.root() ? builder.root() : std::make_shared<const YamlNode>();
}

}  // namespace

YamlNodePtr parse_yaml(const std::string& text, const std::string& file, Budget& budget, Report& report) {
  const auto name = std::make_shared<const std::string>(file);
  if (!is_clean_utf8(text)) {
    report.invalid({name, 0}, "", "not a text in UTF-8");
    return nullptr;
  }
  try {
    Builder builder(name, budget, report);
    return parse_document(text, builder);
  } catch (const Unreadable& e) {
    report.invalid({name, e.line()}, "", e.what());
  } catch (const YAML::Exception& e) {
    report.invalid({name, line_of(e.mark)}, "", fmt::format("not YAML: {}", e.msg));
  }
  return nullptr;
}

}  // namespace penstock::config
