#pragma once

#include "runtime/release.h"

namespace penstock {

class VolumePool;

// Keeps the environment's data as it is now, under the release's id, for Undo.
struct SnapshotVolumes {
  VolumePool& volumes;
  const Release& release;
  bool replaced;  // the data will be: what is empty is a state to return to as well

  void run() const;
};

}  // namespace penstock
