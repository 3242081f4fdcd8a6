#include "hooks/git/push_message.h"

#include "base/error.h"
#include "base/json.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <sstream>

namespace penstock {
namespace {

std::string environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? value : "";
}

Json push_options() {
  Json options = Json::array();
  const std::string count = environment("GIT_PUSH_OPTION_COUNT");
  const int number = count.empty() ? 0 : std::stoi(count);
  for (int i = 0; i < number; ++i) options.push_back(environment("GIT_PUSH_OPTION_" + std::to_string(i)));
  return options;
}

Json ref_updates(std::istream& lines) {
  Json updates = Json::array();
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string old_id;
    std::string new_id;
    std::string ref;
    if (!(words >> old_id >> new_id >> ref)) throw Error("cannot read the ref update \"" + line + "\"");
    updates.push_back({{"ref", ref}, {"old", old_id}, {"new", new_id}});
  }
  return updates;
}

}  // namespace

std::string push_message(const std::string& event, std::istream& updates) {
  const Json message = {{"hook", event},
                        {"push", environment("PENSTOCK_PUSH")},
                        {"project", environment("PENSTOCK_PROJECT")},
                        {"user", environment("PENSTOCK_USER")},
                        {"objects", environment("GIT_OBJECT_DIRECTORY")},
                        {"alternates", environment("GIT_ALTERNATE_OBJECT_DIRECTORIES")},
                        {"options", push_options()},
                        {"updates", ref_updates(updates)}};
  return message.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace penstock
