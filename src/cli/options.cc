#include "cli/options.h"

#include "base/error.h"
#include "config/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace penstock::cli {
namespace {

const Option& long_option(const std::vector<Option>& declared, const std::string& name) {
  const auto found = std::find_if(declared.begin(), declared.end(), [&](const Option& o) { return o.name == name; });
  if (found != declared.end()) return *found;
  std::vector<std::string> names;
  for (const Option& option : declared) names.push_back(option.name);
  const std::optional<std::string> near = config::nearest(name, names);
  throw UserError(fmt::format("there is no option --{}{}", name, near ? "; did you mean --" + *near + "?" : ""));
}

const Option& short_option(const std::vector<Option>& declared, char letter) {
  const auto found =
      std::find_if(declared.begin(), declared.end(), [&](const Option& o) { return o.letter == letter; });
  if (found == declared.end()) throw UserError(fmt::format("there is no option -{}", letter));
  return *found;
}

// Goes through the arguments from left to right.
class Reader {
 public:
  Reader(const std::vector<Option>& declared, const std::vector<std::string>& arguments)
      : declared_(declared), arguments_(arguments) {}

  void read(std::map<std::string, std::vector<std::string>>& values, std::vector<std::string>& positional) {
    while (next_ < arguments_.size()) {
      const std::string& argument = arguments_[next_++];
      if (argument == "--") {
        positional.insert(positional.end(), arguments_.begin() + static_cast<long>(next_), arguments_.end());
        return;
      }
      if (argument.starts_with("--")) {
        read_long(argument.substr(2), values);
      } else if (argument.size() > 1 && argument.front() == '-') {
        read_short(argument, values);
      } else {
        positional.push_back(argument);
      }
    }
  }

 private:
  void read_long(const std::string& text, std::map<std::string, std::vector<std::string>>& values) {
    const std::size_t equals = text.find('=');
    const Option& option = long_option(declared_, text.substr(0, equals));
    if (option.value.empty() && equals != std::string::npos) {
      throw UserError(fmt::format("option --{} takes no value", option.name));
    }
    std::string value;
    if (!option.value.empty()) value = equals == std::string::npos ? following(option) : text.substr(equals + 1);
    values[option.name].push_back(value);
  }

  // "-yp X", "-pX" and "-p X".
  void read_short(const std::string& text, std::map<std::string, std::vector<std::string>>& values) {
    for (std::size_t i = 1; i < text.size(); ++i) {
      const Option& option = short_option(declared_, text[i]);
      if (option.value.empty()) {
        values[option.name].emplace_back();
        continue;
      }
      values[option.name].push_back(i + 1 < text.size() ? text.substr(i + 1) : following(option));
      return;
    }
  }

  std::string following(const Option& option) {
    if (next_ == arguments_.size()) throw UserError(fmt::format("option --{} needs a value", option.name));
    return arguments_[next_++];
  }

  const std::vector<Option>& declared_;
  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
};

}  // namespace

Options Options::parse(const std::vector<Option>& declared, const std::vector<std::string>& arguments) {
  Options options;
  Reader(declared, arguments).read(options.values_, options.positional_);
  return options;
}

std::optional<std::string> Options::value(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second.back();
}

std::string Options::value_or(const std::string& name, const std::string& otherwise) const {
  return value(name).value_or(otherwise);
}

std::vector<std::string> Options::list(const std::string& name) const {
  std::vector<std::string> items;
  const auto found = values_.find(name);
  if (found == values_.end()) return items;
  for (const std::string& value : found->second) {
    std::istringstream parts(value);
    for (std::string part; std::getline(parts, part, ',');) items.push_back(part);
  }
  return items;
}

std::optional<bool> Options::truth(const std::string& name) const {
  const std::optional<std::string> text = value(name);
  if (!text) return std::nullopt;
  if (*text == "true" || *text == "1" || *text == "yes") return true;
  if (*text == "false" || *text == "0" || *text == "no") return false;
  throw UserError(fmt::format("option --{} must be true or false, not \"{}\"", name, *text));
}

std::optional<std::string> Options::positional(std::size_t index) const {
  if (index >= positional_.size()) return std::nullopt;
  return positional_[index];
}

}  // namespace penstock::cli
