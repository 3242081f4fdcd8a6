#include "base/error.h"
#include "cli/properties.h"
#include "cli/session.h"
#include "cli/verbs.h"
#include "config/nearest.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <ostream>

namespace penstock::cli {
namespace {

constexpr const char* kDefault = "default";

// "app:0.5" of --size.
struct Choice {
  std::string name;
  std::string value;
};

Choice choice_of(const std::string& option, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string::npos && colon > 0 && colon + 1 < text.size()) {
    return {text.substr(0, colon), text.substr(colon + 1)};
  }
  throw UserError(fmt::format("cannot read --{} {}: expected NAME:VALUE, such as app:1", option, text));
}

Json number(const std::string& option, const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  throw UserError(fmt::format("cannot read --{} {}: expected a whole number or {}", option, text, kDefault));
}

// The changes that a deployment is asked for.
class Changes {
 public:
  explicit Changes(const Json& deployment) : deployment_(deployment) {}

  void add(const std::string& option, const Choice& choice) {
    Json& component = patch_[section_of(choice.name)][choice.name];
    const bool reset = choice.value == kDefault;
    if (option == "size") {
      component["resources"]["profile_size"] = reset ? Json() : Json(choice.value);
    } else {
      component[option == "count" ? "instance_count" : "disk"] = reset ? Json() : number(option, choice.value);
    }
  }

  void tell(std::ostream& out) const {
    for (const auto& [section, components] : patch_.items()) {
      for (const auto& [name, component] : components.items()) {
        const Json before = deployment_.at(section).at(name).flatten();
        const Json after = component.flatten();
        for (const auto& [path, value] : after.items()) {
          const std::string property = path.substr(path.rfind('/') + 1);
          out << fmt::format("  {}: {} from {} to {}\n", name, property, shown(before.value(path, Json())),
                             shown(value));
        }
      }
    }
  }

  const Json& patch() const { return patch_; }

 private:
  static std::string shown(const Json& value) { return value.is_null() ? kDefault : cell(value); }

  std::string section_of(const std::string& name) const {
    std::vector<std::string> known;
    for (const char* const section : {"webapps", "workers", "services"}) {
      for (const auto& [each, component] : deployment_.at(section).items()) {
        if (each == name) return section;
        known.push_back(each);
      }
    }
    throw UserError(fmt::format("there is no application, worker or service {}{}", config::in_quotes(name),
                                config::did_you_mean(name, known)));
  }

  const Json& deployment_;
  Json patch_ = Json::object();
};

int run(Session& session) {
  const std::string path = session.environment_path() + "/deployments/next";
  const Json deployment = session.http().get(path);
  Changes changes(deployment);
  for (const char* const option : {"size", "count", "disk"}) {
    for (const std::string& text : session.options.list(option)) changes.add(option, choice_of(option, text));
  }
  if (changes.patch().empty()) throw UserError("nothing to set: use --size, --count or --disk with NAME:VALUE");
  session.err << "Setting resources:\n";
  changes.tell(session.err);
  if (session.options.has("dry-run")) return 0;
  return session.finish(session.http().patch(path, changes.patch()));
}

}  // namespace

Command resources_set() {
  return {.name = "resources:set",
          .aliases = {},
          .arguments = "",
          .help = "Set what applications, workers and services may use, and deploy it",
          .options = joined({environment_options(),
                             {{"size", 'S', "NAME:SIZE", "CPUs, with the memory of the profile: app:0.5"},
                              {"count", 'C', "NAME:N", "how many instances: app:2"},
                              {"disk", 'D', "NAME:MB", "disk of each volume: app:1024"},
                              {"dry-run", 0, "", "only show what would change"}},
                             wait_options()}),
          .run = run};
}

}  // namespace penstock::cli
