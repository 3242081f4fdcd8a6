#pragma once

namespace penstock {

class Store;
class VolumePool;

// Removes what a crash left of data and what went with an environment: the data of those that are inactive, and what
// was kept for no backup. A live tree of an environment that is not in the store stays: it may be the store that is
// not whole. Nobody may keep data meanwhile.
struct ForgetStrayData {
  Store& store;
  VolumePool& volumes;

  void run() const;
};

}  // namespace penstock
