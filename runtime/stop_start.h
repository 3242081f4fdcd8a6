#pragma once

namespace penstock {

class DeployTransaction;

// The default strategy: requests wait while the live release stops and the new one starts; data is quiet in between, so
// that all of it can be taken back.
void stop_start(DeployTransaction& transaction);

}  // namespace penstock
