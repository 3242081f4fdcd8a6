#include "config/service_setup.h"

#include "config/json_member.h"
#include "config/limits.h"
#include "config/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <regex>
#include <utility>

namespace penstock::config {

namespace {

constexpr std::size_t kMaxPatternText = 255;  // the regular expressions of the library are recursive

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool fits(const std::string& text, const std::string& pattern) {
  return text.size() <= kMaxPatternText && std::regex_match(text, std::regex(pattern));
}

std::optional<std::string> scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return std::nullopt;
}

// Empty when the text may be a value of the option.
std::string why_not(const std::string& text, const ServiceOption& option) {
  if (!option.values.empty() && !contains(option.values, text)) return "expected " + alternatives(option.values);
  if (!option.pattern.empty() && !fits(text, option.pattern)) return fmt::format("{} is not allowed", in_quotes(text));
  if (text.find('\0') != std::string::npos || text.size() > kMaxTextLength) return "expected less than 64 KiB of text";
  if (!option.least) return "";
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && number >= *option.least && number <= option.most.value_or(number)) return "";
  const std::string range = option.most ? fmt::format("from {} to {}", *option.least, *option.most)
                                        : fmt::format("of at least {}", *option.least);
  return fmt::format("expected a whole number {}, found {}", range, in_quotes(text));
}

class SetupReader {
 public:
  SetupReader(const Service& service, const ServiceType& type, std::vector<SetupProblem>& problems)
      : configuration_(service.configuration), type_(type), problems_(problems) {}

  ServiceSetup run();

 private:
  void read_options();
  void read_option(const std::string& name, const ServiceOption& option, const Json& value);
  void check_keys(const Json& json, const std::string& prefix);
  bool is_key(const std::string& path) const;
  void read_databases();
  void read_endpoints();
  ServiceEndpoint read_endpoint(const std::string& name, const Json& declared);
  void add_default_endpoint();
  void report(const std::string& field, const std::string& message) { problems_.push_back({field, message}); }

  const Json& configuration_;
  const ServiceType& type_;
  std::vector<SetupProblem>& problems_;
  ServiceSetup setup_;
};

ServiceSetup SetupReader::run() {
  if (!configuration_.is_object() && !configuration_.is_null()) {
    report("", "expected a map");
    return {};
  }
  check_keys(configuration_, "");
  read_options();
  if (type_.databases) read_databases();
  if (type_.databases && configuration_.contains("endpoints")) {
    read_endpoints();
  } else {
    add_default_endpoint();
  }
  return std::move(setup_);
}

void SetupReader::check_keys(const Json& json, const std::string& prefix) {
  for (const auto& [key, value] : json.items()) {
    const std::string path = prefix + key;
    if (is_key(path)) continue;
    const auto inside = type_.options.lower_bound(path + ".");
    if (value.is_object() && inside != type_.options.end() && inside->first.starts_with(path + ".")) {
      check_keys(value, path + ".");
    } else {
      std::vector<std::string> known;
      for (const auto& [name, option] : type_.options) known.push_back(name);
      if (type_.databases) known.push_back(type_.databases->key);
      report(path, "unknown property" + did_you_mean(path, known));
    }
  }
}

bool SetupReader::is_key(const std::string& path) const {
  if (type_.options.contains(path)) return true;
  if (!type_.databases) return false;
  return path == type_.databases->key || (path == "endpoints" && !type_.databases->default_key.empty());
}

void SetupReader::read_options() {
  for (const auto& [name, option] : type_.options) {
    setup_.options[name] = option.initial;
    const Json* value = &configuration_;
    for (std::size_t begin = 0; begin <= name.size() && value != nullptr;) {
      const std::size_t end = std::min(name.find('.', begin), name.size());
      const std::string key = name.substr(begin, end - begin);
      value = value->is_object() && value->contains(key) ? &value->at(key) : nullptr;
      begin = end + 1;
    }
    if (value != nullptr && !value->is_null()) read_option(name, option, *value);
  }
}

void SetupReader::read_option(const std::string& name, const ServiceOption& option, const Json& value) {
  std::string text;
  const Json items = option.list ? value : Json::array({value});
  if (!items.is_array()) return report(name, "expected a list");
  for (const Json& item : items) {
    const auto one = scalar_text(item);
    const std::string why = one ? why_not(*one, option) : "expected a text or a number";
    if (!why.empty()) return report(name, why);
    text += (text.empty() ? "" : "\n") + *one;
  }
  setup_.options[name] = text;
}

void SetupReader::read_databases() {
  const DatabaseNames& names = *type_.databases;
  const bool whole = names.endpoints_required && configuration_.contains("endpoints");
  if (!configuration_.contains(names.key)) {
    if (!whole) setup_.databases = names.initial;
    return;
  }
  const Json& declared = configuration_.at(names.key);
  if (!declared.is_array()) return report(names.key, "expected a list of names");
  for (const Json& item : declared) {
    const auto name = scalar_text(item);
    if (!name || !fits(*name, names.pattern)) {
      report(names.key, fmt::format("{} is no name for one", in_quotes(name.value_or(item.dump()))));
    } else if (!contains(setup_.databases, *name)) {
      setup_.databases.push_back(*name);
    }
  }
  if (names.endpoints_required && !configuration_.contains("endpoints")) {
    report(names.key, "expected 'endpoints' too, to say who may use them");
  }
}

void SetupReader::read_endpoints() {
  const Json& declared = configuration_.at("endpoints");
  if (!declared.is_object() || declared.empty()) return report("endpoints", "expected a map of endpoints");
  for (const auto& [name, endpoint] : declared.items()) {
    if (!fits(name, "[a-z][a-z0-9_-]{0,30}")) {
      report("endpoints." + name, "expected a name of at most 31 lowercase letters, digits, '-' and '_'");
    } else {
      setup_.endpoints[name] = read_endpoint(name, endpoint);
    }
  }
}

ServiceEndpoint SetupReader::read_endpoint(const std::string& name, const Json& declared) {
  const DatabaseNames& names = *type_.databases;
  const std::string field = "endpoints." + name;
  ServiceEndpoint endpoint{.username = name, .path = {}, .privileges = {}};
  for (const auto& [key, value] : declared.items()) {
    if (key != names.default_key && key != "privileges") report(field + "." + key, "unknown property");
  }
  for (const auto& [database, level] : json_member(declared, "privileges").items()) {
    const std::string where = fmt::format("{}.privileges.{}", field, database);
    const std::string word = level.is_string() ? level.get<std::string>() : level.dump();
    if (!contains(setup_.databases, database)) report(where, fmt::format("it is not in '{}'", names.key));
    if (!contains(names.privileges, word)) report(where, "expected " + alternatives(names.privileges));
    endpoint.privileges[database] = word;
  }
  if (declared.is_object() && declared.contains(names.default_key) && !declared.at(names.default_key).is_null()) {
    endpoint.path = scalar_text(declared.at(names.default_key)).value_or("");
    if (!contains(setup_.databases, *endpoint.path)) {
      report(field + "." + names.default_key, fmt::format("it is not in '{}'", names.key));
    }
  }
  return endpoint;
}

// Its user may do everything.
void SetupReader::add_default_endpoint() {
  if (type_.endpoint.empty()) return;
  ServiceEndpoint endpoint{.username = type_.username, .path = {}, .privileges = {}};
  if (type_.databases) {
    const DatabaseNames& names = *type_.databases;
    for (const std::string& database : setup_.databases) {
      endpoint.privileges[database] = names.privileges.empty() ? "admin" : names.privileges.back();
    }
    const bool as_ever = !names.initial.empty() && contains(setup_.databases, names.initial.front());
    if (names.in_path && as_ever) endpoint.path = names.initial.front();
    if (names.in_path && !as_ever && !setup_.databases.empty()) endpoint.path = setup_.databases.front();
  }
  setup_.endpoints[type_.endpoint] = std::move(endpoint);
}

}  // namespace

ServiceSetup setup_of(const Service& service, const ServiceType& type, std::vector<SetupProblem>& problems) {
  return SetupReader(service, type, problems).run();
}

ServiceSetup setup_of(const Service& service, const ServiceType& type) {
  std::vector<SetupProblem> ignored;
  return setup_of(service, type, ignored);
}

}  // namespace penstock::config
