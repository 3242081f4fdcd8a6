// Every verb of penstock, each in the file of its name.
#pragma once

#include "cli/command.h"

namespace penstock::cli {

Command project_list();
Command project_create();
Command project_info();
Command project_delete();
Command project_clear_build_cache();
Command project_set_remote();
Command environment_list();
Command environment_http_access();
Command environment_info();
Command environment_url();
Command environment_activate();
Command environment_branch();
Command environment_synchronize();
Command environment_merge();
Command environment_pause();
Command environment_resume();
Command environment_deactivate();
Command environment_delete();
Command environment_push();
Command environment_deploy();
Command environment_deploy_type();
Command environment_redeploy();
Command environment_relationships();
Command environment_rollback();
Command deployment_list();
Command cron_list();
Command cron_run();
Command environment_logs();
Command activity_list();
Command activity_get();
Command activity_log();
Command activity_cancel();
Command resources_get();
Command resources_set();
Command variable_list();
Command variable_get();
Command variable_create();
Command variable_update();
Command variable_delete();
Command backup_create();
Command backup_delete();
Command backup_export();
Command backup_get();
Command backup_import();
Command backup_list();
Command backup_restore();
Command mount_download();
Command mount_list();
Command mount_size();
Command mount_upload();
Command certificate_list();
Command certificate_add();
Command certificate_get();
Command certificate_delete();
Command certificate_authority();
Command validate();
Command artifact_list();
Command artifact_show();
Command artifact_verify();
Command artifact_export();
Command login();
Command logout();
Command auth_info();
Command git_credential();

}  // namespace penstock::cli
