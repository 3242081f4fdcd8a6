// penstock: the command line of Penstock.
#include "cli/command_line.h"
#include "cli/verbs.h"

#include <iostream>

int main(int argc, char** argv) {
  using namespace penstock::cli;
  const CommandLine command_line({
      project_list(),
      project_create(),
      project_info(),
      project_delete(),
      project_clear_build_cache(),
      project_set_remote(),
      environment_list(),
      environment_http_access(),
      environment_info(),
      environment_url(),
      environment_activate(),
      environment_deactivate(),
      environment_delete(),
      environment_push(),
      environment_deploy(),
      environment_deploy_type(),
      environment_redeploy(),
      environment_relationships(),
      environment_rollback(),
      deployment_list(),
      cron_list(),
      cron_run(),
      environment_logs(),
      activity_list(),
      activity_get(),
      activity_log(),
      activity_cancel(),
      variable_list(),
      variable_get(),
      variable_create(),
      variable_update(),
      variable_delete(),
      certificate_list(),
      certificate_add(),
      certificate_get(),
      certificate_delete(),
      certificate_authority(),
      validate(),
      artifact_list(),
      artifact_show(),
      artifact_verify(),
      artifact_export(),
      login(),
      logout(),
      auth_info(),
      git_credential(),
  });
  return command_line.run({argv + 1, argv + argc}, std::cout, std::cerr);
}
