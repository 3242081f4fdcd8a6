#pragma once

#include <string>
#include <vector>

namespace penstock {

class EnvironmentOperations;
class Repositories;
class Store;
struct Activity;
struct Environment;

// What a start-up owes to the penstockd before it: activities that it left unfinished are ended, and branches whose
// push was acknowledged but never deployed are deployed.
struct RecoveryDuty {
  Store& store;
  const Repositories& repositories;
  EnvironmentOperations& operations;

  // `found` is what the deployer finished, undid and adopted, a sentence each.
  void run(const std::vector<std::string>& found);

 private:
  void end(Activity activity, const std::vector<std::string>& found);
  // An environment that was to be created, and has no branch yet.
  void take_back(const Activity& making);
  bool is_owed(const Environment& environment, const std::vector<Activity>& interrupted) const;
};

}  // namespace penstock
