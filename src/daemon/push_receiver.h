#pragma once

#include "api/push_handler.h"
#include "base/synchronized.h"
#include "daemon/activity_queue.h"
#include "daemon/push_options.h"
#include "daemon/push_session.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace penstock {

class Pipeline;
class Releases;
struct BranchPush;
class Repositories;

// What the receiver works with; all of it outlives it.
struct PushReceiverParts {
  Store& store;
  ActivityQueue& queue;
  const Repositories& repositories;
  Releases& releases;
  const Pipeline& pipeline;
};

// What a push means: it is validated, its branches are built, and what moved is deployed. All branches of a push are
// accepted, or none.
class PushReceiver : public PushHandler {
 public:
  explicit PushReceiver(PushReceiverParts parts) : parts_(parts) {}

  PushVerdict pre_receive(const PushRequest& request, OutputSink& out, const std::stop_token& stop) override;
  void post_receive(const PushRequest& request, OutputSink& out, const std::stop_token& stop) override;
  void push_ended(const std::string& push) override;

 private:
  struct Pending {
    std::string ref;
    std::string activity;
    std::shared_ptr<PushSession> session;
  };

  void check_deletions(const PushRequest& request) const;
  void validate(const PushRequest& request, OutputSink& out) const;
  void tell_plan(const PushRequest& request, const PushOptions& options, OutputSink& out) const;
  BranchPush branch_push(const PushRequest& request, const RefUpdate& update, const PushOptions& options,
                         const std::shared_ptr<PushSession>& session) const;
  void abandon(const std::vector<Pending>& branches);
  std::vector<Pending> begin(const PushRequest& request, const PushOptions& options);
  ActivityJob job(const PushRequest& request, const RefUpdate& update, const PushOptions& options,
                  const std::shared_ptr<PushSession>& session);
  std::vector<Pending> pending(const std::string& push);

  const PushReceiverParts parts_;
  Synchronized<std::map<std::string, std::vector<Pending>>> pushes_;
};

}  // namespace penstock
