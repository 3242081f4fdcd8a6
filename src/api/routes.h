#pragma once

#include "api/activity_handler.h"
#include "api/artifact_handler.h"
#include "api/backup_handler.h"
#include "api/branching_handler.h"
#include "api/certificate_handler.h"
#include "api/cron_handler.h"
#include "api/deployment_handler.h"
#include "api/environment_handler.h"
#include "api/log_handler.h"
#include "api/mount_handler.h"
#include "api/project_handler.h"
#include "api/relationship_handler.h"
#include "api/route_table.h"
#include "api/token_handler.h"
#include "api/user_handler.h"
#include "api/variable_handler.h"

namespace penstock::api {

struct Handlers {
  TokenHandler token;
  UserHandler user;
  ProjectHandler project;
  EnvironmentHandler environment;
  BranchingHandler branching;
  BackupHandler backup;
  MountHandler mount;
  ActivityHandler activity;
  CronHandler cron;
  DeploymentHandler deployment;
  VariableHandler variable;
  ArtifactHandler artifact;
  LogHandler log;
  CertificateHandler certificate;
  RelationshipHandler relationship;
};

// The whole API. `handlers` must outlive the table.
RouteTable all_routes(const Handlers& handlers);

}  // namespace penstock::api
