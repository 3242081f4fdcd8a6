#include "runtime/stop_start.h"

#include "runtime/deploy_transaction.h"
#include "runtime/services/environment_services.h"
#include "runtime/steps/drain_requests.h"
#include "runtime/steps/hold_requests.h"
#include "runtime/steps/journal_steps.h"
#include "runtime/steps/prepare.h"
#include "runtime/steps/replace_data.h"
#include "runtime/steps/snapshot_volumes.h"
#include "runtime/steps/start_applications.h"
#include "runtime/steps/stop_containers.h"

namespace penstock {

void stop_start(DeployTransaction& transaction) {
  DeployerContext& context = transaction.context();
  const DeployRequest& request = transaction.request();
  ReleaseContainers& containers = transaction.containers();
  ReleaseContainers* live = transaction.live();
  OutputSink& output = request.output;
  const EnvironmentServices services(context, containers.release());

  transaction.journalled_step(step::kPrepare, [&] { Prepare{context, containers, output, !request.data}.run(); });
  if (!request.data) transaction.step(step::kExpose, [&] { containers.expose(); });
  transaction.pause_crons();
  transaction.requests_are_held();
  transaction.journalled_step(step::kHold, [&] { HoldRequests{context, request.environment, live}.run(); });
  if (live != nullptr) {
    transaction.step(step::kDrain, [&] {
      transaction.drained(DrainRequests{
          .context = context, .environment = request.environment, .containers = live->instances(), .patient = false}
                              .run(request.stop));
    });
  }
  transaction.live_stops();
  transaction.step(step::kStop, [&] { StopContainers{live, output}.run(); });
  transaction.step(step::kSnapshot, [&] {
    SnapshotVolumes{context, containers.release(), request.data.has_value()}.run(request.stop);
  });
  if (request.data) {
    transaction.step(step::kReplaceData, [&] { ReplaceData{context, containers, *request.data, output}.run(); });
  }
  transaction.step(step::kStartServices, [&] { services.start(output, request.stop); });
  transaction.step(step::kStart, [&] { StartApplications{containers, output}.run(request.stop); });
  transaction.step(step::kDeployHook, [&] { transaction.run_deploy_hooks(); });
  transaction.await_workers();
  transaction.step(step::kConnect, [&] { services.connect(containers, request.stop); });
}

}  // namespace penstock
