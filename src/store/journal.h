#pragma once

#include "base/json.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace penstock {

class Database;

// A step of a deployment that is about to happen.
struct JournalEntry {
  std::string deployment;
  int seq = 0;  // counts from 1 within the deployment
  std::string step;
  Json data = Json::object();
};

// The intents of deployments under way: what a start-up finishes or undoes.
class Journal {
 public:
  explicit Journal(Database& database) : database_(database) {}

  // On disk when it returns. Returns the entry's seq. Throws Conflict when there is no such deployment.
  int append(const std::string& deployment, const std::string& step, const Json& data = Json::object());
  void clear(const std::string& deployment);

  // In order.
  std::vector<JournalEntry> entries(const std::string& deployment) const;
  // The deployments that have entries, oldest first.
  std::vector<std::string> deployments() const;

 private:
  Database& database_;
};

}  // namespace penstock
