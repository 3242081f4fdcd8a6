// The steps of a deployment as the journal and the log name them.
//
// Journalled are those from which on there is more to undo or to finish, as each entry waits for the disk:
//   prepare      containers, mounts and scratch of the release may exist
//   hold         the router may hold; the live release may have stopped; a snapshot may exist, the data may have
//   changed serve        committed: the router may still hold, containers of other releases may exist and serve
//   post_deploy  the hook may have begun
// The journal outlives the process: a name keeps its meaning.
#pragma once

#include "store/journal.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace penstock::step {

constexpr const char* kPrepare = "prepare";
constexpr const char* kExpose = "expose";
constexpr const char* kHold = "hold";
constexpr const char* kDrain = "drain";
constexpr const char* kStop = "stop";
constexpr const char* kSnapshot = "snapshot";
constexpr const char* kReplaceData = "replace_data";
constexpr const char* kStartServices = "services";
constexpr const char* kStart = "start";
constexpr const char* kConnect = "connect";
constexpr const char* kDeployHook = "deploy_hook";
constexpr const char* kWorkers = "workers";
constexpr const char* kCommit = "commit";
constexpr const char* kServe = "serve";
constexpr const char* kPostDeploy = "post_deploy";
constexpr const char* kCleanUp = "cleanup";
constexpr const char* kUndo = "undo";

// Whether a step's intent is in a deployment's journal: it may have happened, in whole or in part.
inline bool began(const std::vector<JournalEntry>& journal, std::string_view step) {
  return std::any_of(journal.begin(), journal.end(), [&](const JournalEntry& entry) { return entry.step == step; });
}

}  // namespace penstock::step
