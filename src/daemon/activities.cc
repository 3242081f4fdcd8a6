#include "daemon/activities.h"

#include "base/id.h"

#include <cctype>

namespace penstock {

Activity new_activity(const std::string& type, const Environment& environment, const std::string& user,
                      const std::string& text) {
  Activity activity = new_project_activity(type, environment.project, user, text);
  activity.environment = environment.name;
  activity.parameters["environment"] = environment.name;
  activity.payload["environment"] = {{"id", environment.name}, {"title", environment.title}};
  return activity;
}

Activity new_project_activity(const std::string& type, const std::string& project, const std::string& user,
                              const std::string& text) {
  Activity activity;
  activity.id = random_id();
  activity.project = project;
  activity.type = type;
  activity.text = text;
  activity.description = text;
  activity.parameters["user"] = user;
  activity.payload["user"] = {{"display_name", user}};
  activity.payload["project"] = {{"id", project}};
  return activity;
}

std::string shown_name(const Environment& environment) {
  std::string name = environment.title.empty() ? environment.name : environment.title;
  name.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.front())));
  return name;
}

}  // namespace penstock
