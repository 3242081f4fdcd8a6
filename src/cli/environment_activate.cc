#include "cli/session.h"
#include "cli/verbs.h"

#include <nlohmann/json.hpp>

#include <string>

namespace penstock::cli {
namespace {

int run(Session& session) {
  return session.each_environment([&](const std::string& name) {
    const std::string path = session.environment_path(name);
    if (const auto parent = session.options.value("parent")) session.http().patch(path, {{"parent", *parent}});
    return session.finish(session.http().post(path + "/activate", Json::object()));
  });
}

}  // namespace

Command environment_activate() {
  return {
      .name = "environment:activate",
      .aliases = {},
      .arguments = "[environment]...",
      .help = "Build and deploy inactive environments",
      .options = joined({environment_options(), {{"parent", 0, "NAME", "another parent than it has"}}, wait_options()}),
      .run = run};
}

}  // namespace penstock::cli
