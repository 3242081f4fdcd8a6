#include "config/sections.h"

#include "base/error.h"
#include "config/file_source.h"
#include "config/includer.h"
#include "config/nearest.h"
#include "config/report.h"
#include "config/yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace penstock::config {

namespace {

const std::vector<std::string> kTopKeys{"applications", "services", "routes"};

bool ends_with(const std::string& name, const std::string& suffix) {
  return name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
}

Place whole_file(const std::string& file) {
  return {std::make_shared<const std::string>(file), 0};
}

class Merger {
 public:
  Merger(Includer& includer, Report& report) : includer_(includer), report_(report) {}

  void add_file(const std::string& file, const std::string& text);
  Sections take() { return std::move(sections_); }

 private:
  Section* section_of(const std::string& key);
  void add_section(Section& section, const Member& top);
  void add_entry(Section& section, const std::string& top, const Member& entry);

  Includer& includer_;
  Report& report_;
  Sections sections_;
};

void Merger::add_file(const std::string& file, const std::string& text) {
  const YamlNodePtr root = parse_yaml(text, file, includer_.budget(), report_);
  if (!root || root->is_null()) return;
  if (!root->is_map()) {
    report_.invalid(root->place, "", fmt::format("expected a map with {}", alternatives(kTopKeys)));
    return;
  }
  for (const Member& top : root->members) {
    if (top.key.front() == '.') continue;
    if (Section* const section = section_of(top.key)) {
      add_section(*section, top);
    } else {
      const auto guess = nearest(top.key, kTopKeys);
      const std::string hint = guess ? fmt::format("did you mean '{}'?", *guess) : "expected " + alternatives(kTopKeys);
      report_.invalid(top.place, "", fmt::format("unknown key {}, {}", in_quotes(top.key), hint));
    }
  }
}

Section* Merger::section_of(const std::string& key) {
  if (key == "applications") return &sections_.applications;
  if (key == "services") return &sections_.services;
  return key == "routes" ? &sections_.routes : nullptr;
}

void Merger::add_section(Section& section, const Member& top) {
  if (!section.place.file) section.place = top.place;
  const YamlNodePtr entries = includer_.resolve(top.value, kFolder, top.key);
  if (!entries || entries->is_null()) return;
  if (!entries->is_map()) {
    report_.invalid(top.place, "", fmt::format("{}: expected a map", top.key));
    return;
  }
  for (const Member& entry : entries->members) {
    if (entry.key.empty() || entry.key.front() != '.') add_entry(section, top.key, entry);
  }
}

void Merger::add_entry(Section& section, const std::string& top, const Member& entry) {
  const auto first = std::find_if(section.entries.begin(), section.entries.end(),
                                  [&](const Member& known) { return known.key == entry.key; });
  if (first == section.entries.end()) {
    section.entries.push_back(entry);
    return;
  }
  report_.invalid(entry.place, "",
                  fmt::format("{}.{} is declared a second time, the first is in {}:{}", top, entry.key,
                              *first->place.file, first->place.line));
}

void report_no_files(const std::vector<std::string>& names, Report& report) {
  const bool misnamed =
      std::any_of(names.begin(), names.end(), [](const auto& name) { return ends_with(name, ".yml"); });
  report.invalid({}, "",
                 fmt::format("cannot find any {}/*.yaml, which should declare the applications{}", kFolder,
                             misnamed ? "; files that end in .yml are not read" : ""));
}

}  // namespace

Sections read_sections(FileSource& source, Includer& includer, Report& report) {
  Merger merger(includer, report);
  const std::vector<std::string> names = source.list(kFolder);
  std::size_t found = 0;
  for (const std::string& name : names) {
    if (!ends_with(name, ".yaml")) continue;
    ++found;
    const std::string file = fmt::format("{}/{}", kFolder, name);
    const auto text = includer.read_file(file, whole_file(file));
    if (text) merger.add_file(file, *text);
  }
  if (found == 0) report_no_files(names, report);
  Sections sections = merger.take();
  if (report.empty() && sections.applications.entries.empty()) {
    const Place place = sections.applications.place;
    report.invalid(place.file ? place : whole_file(kFolder + "/" + names.front()), "applications",
                   "applications: missing, expected at least one");
  }
  return sections;
}

}  // namespace penstock::config
