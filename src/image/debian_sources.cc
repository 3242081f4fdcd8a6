#include "image/debian_sources.h"

#include "base/file.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace fs = std::filesystem;

namespace penstock {
namespace {

constexpr const char* kKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
constexpr const char* kArchive = "http://deb.debian.org/debian";
constexpr const char* kSecurityArchive = "http://deb.debian.org/debian-security";

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

struct Source {
  std::vector<std::string> uris;
  std::vector<std::string> suites;
  std::vector<std::string> components;
};

// "deb [options] URI SUITE COMPONENT…"
std::vector<Source> read_one_line_style(const std::string& text) {
  std::vector<Source> sources;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find('#'));
    const std::size_t options = line.find('[');
    if (options != std::string::npos) line.erase(options, line.find(']') - options + 1);
    std::vector<std::string> fields = words(line);
    if (fields.size() < 4 || fields[0] != "deb") continue;
    sources.push_back({.uris = {fields[1]}, .suites = {fields[2]}, .components = {fields.begin() + 3, fields.end()}});
  }
  return sources;
}

// Paragraphs of "Field: value", as far as apt allows to write what is looked for here.
std::vector<Source> read_deb822_style(const std::string& text) {
  std::vector<Source> sources;
  std::map<std::string, std::string> fields;
  const auto finish = [&] {
    const std::vector<std::string> types = words(fields["Types"]);
    const bool wanted = std::find(types.begin(), types.end(), "deb") != types.end() && fields["Enabled"] != "no";
    if (wanted) sources.push_back({words(fields["URIs"]), words(fields["Suites"]), words(fields["Components"])});
    fields.clear();
  };
  std::istringstream lines(text);
  std::string field;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    if (words(line).empty()) {
      finish();
    } else if (line.front() == ' ' || line.front() == '\t') {
      fields[field] += line;
    } else {
      field = line.substr(0, line.find(':'));
      const std::vector<std::string> values = words(line.substr(std::min(line.find(':') + 1, line.size())));
      for (const std::string& value : values) fields[field] += (fields[field].empty() ? "" : " ") + value;
    }
  }
  finish();
  return sources;
}

std::vector<Source> read_all(const fs::path& apt) {
  std::vector<fs::path> files{apt / "sources.list"};
  std::error_code missing;
  for (const fs::directory_entry& entry : fs::directory_iterator(apt / "sources.list.d", missing)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Source> all;
  for (const fs::path& file : files) {
    if (!fs::exists(file)) continue;
    std::vector<Source> some;
    if (file.extension() == ".list") some = read_one_line_style(read_file(file));
    if (file.extension() == ".sources") some = read_deb822_style(read_file(file));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

// Third parties name their suites after Debian's releases too, but keep them elsewhere or have no "main".
bool is_debian(const Source& source, const std::string& uri) {
  const fs::path path = uri.ends_with('/') ? uri.substr(0, uri.size() - 1) : uri;
  const bool archive = path.filename() == "debian" || path.filename() == "debian-security";
  return archive && std::find(source.components.begin(), source.components.end(), "main") != source.components.end();
}

std::string paragraph(const std::string& uri, const std::string& suite) {
  return fmt::format("Types: deb\nURIs: {}\nSuites: {}\nComponents: main\nSigned-By: {}\n\n", uri, suite, kKeyring);
}

}  // namespace

std::string debian_sources(const fs::path& apt) {
  const std::string release = kDebianRelease;
  const std::set<std::string> wanted{release, release + "-updates", release + "-security"};
  std::map<std::string, std::string> uris;
  for (const Source& source : read_all(apt)) {
    for (const std::string& uri : source.uris) {
      for (const std::string& suite : source.suites) {
        if (wanted.contains(suite) && is_debian(source, uri)) uris.emplace(suite, uri);
      }
    }
  }
  uris.emplace(release, kArchive);
  uris.emplace(release + "-security", kSecurityArchive);
  std::string text;
  for (const auto& [suite, uri] : uris) text += paragraph(uri, suite);
  return text;
}

}  // namespace penstock
