#pragma once

namespace penstock {

class Store;
class DeployTransaction;
struct Deployment;
struct Environment;
struct Project;

// The strategy without a pause: the live release serves until the new one is ready beside it. Both use the same data
// meanwhile, so that a failure takes back the new release, but not what it wrote.
void rolling(DeployTransaction& transaction);

// Whether an environment can be deployed so now.
bool can_roll(const Project& project, const Environment& environment);
// Throws UserError in Upsun's words when it cannot.
void check_rolling(Store& store, const Environment& environment);
// The same, when it is known what is to be rolled out: services are shared by both releases.
void check_rolling(Store& store, const Environment& environment, const Deployment& release);

}  // namespace penstock
