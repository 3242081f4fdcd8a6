#include "api/routes.h"

namespace penstock::api {
namespace {

constexpr bool kStreamsBody = true;

template <typename Handler>
std::function<Response(const Request&)> to(const Handler& handler, Response (Handler::*verb)(const Request&) const) {
  return [&handler, verb](const Request& request) { return (handler.*verb)(request); };
}

}  // namespace

// A table reads best whole, so this one is longer than functions are.
// NOLINTNEXTLINE(readability-function-size)
RouteTable all_routes(const Handlers& h) {
  using enum Access;
  // clang-format off
  return RouteTable({
      {"POST",   "/oauth2/token",  Open, to(h.token, &TokenHandler::create)},
      {"POST",   "/oauth2/revoke", Open, to(h.token, &TokenHandler::revoke)},

      {"GET",    "/users/me",                     Token, to(h.user, &UserHandler::me)},
      {"GET",    "/me",                           Token, to(h.user, &UserHandler::legacy_me)},
      {"GET",    "/users/{user}/extended-access", Token, to(h.user, &UserHandler::extended_access)},
      {"GET",    "/ref/projects",                 Token, to(h.user, &UserHandler::referenced_projects)},
      {"GET",    "/ref/organizations",            Token, to(h.user, &UserHandler::referenced_organizations)},
      {"GET",    "/ref/users",                    Token, to(h.user, &UserHandler::referenced_users)},
      {"GET",    "/organizations/{organization}", Token, to(h.user, &UserHandler::organization)},

      {"GET",    "/projects",                             Token, to(h.project, &ProjectHandler::list)},
      {"POST",   "/projects",                             Token, to(h.project, &ProjectHandler::create)},
      {"GET",    "/projects/{project}",                   Token, to(h.project, &ProjectHandler::get)},
      {"PATCH",  "/projects/{project}",                   Token, to(h.project, &ProjectHandler::update)},
      {"DELETE", "/projects/{project}",                   Token, to(h.project, &ProjectHandler::remove)},
      {"GET",    "/projects/{project}/settings",          Token, to(h.project, &ProjectHandler::settings)},
      {"PATCH",  "/projects/{project}/settings",          Token, to(h.project, &ProjectHandler::update_settings)},
      {"GET",    "/projects/{project}/capabilities",      Token, to(h.project, &ProjectHandler::capabilities)},
      {"POST",   "/projects/{project}/clear_build_cache", Token, to(h.project, &ProjectHandler::clear_build_cache)},

      {"GET",    "/projects/{project}/environments",                          Token, to(h.environment, &EnvironmentHandler::list)},
      {"GET",    "/projects/{project}/environments/{environment}",            Token, to(h.environment, &EnvironmentHandler::get)},
      {"PATCH",  "/projects/{project}/environments/{environment}",            Token, to(h.environment, &EnvironmentHandler::update)},
      {"DELETE", "/projects/{project}/environments/{environment}",            Token, to(h.environment, &EnvironmentHandler::remove)},
      {"GET",    "/projects/{project}/environments/{environment}/settings",   Token, to(h.environment, &EnvironmentHandler::settings)},
      {"PATCH",  "/projects/{project}/environments/{environment}/settings",   Token, to(h.environment, &EnvironmentHandler::update_settings)},
      {"POST",   "/projects/{project}/environments/{environment}/activate",   Token, to(h.environment, &EnvironmentHandler::activate)},
      {"POST",   "/projects/{project}/environments/{environment}/deactivate", Token, to(h.environment, &EnvironmentHandler::deactivate)},
      {"POST",   "/projects/{project}/environments/{environment}/redeploy",   Token, to(h.environment, &EnvironmentHandler::redeploy)},
      {"POST",   "/projects/{project}/environments/{environment}/deploy",     Token, to(h.environment, &EnvironmentHandler::deploy)},
      {"POST",   "/projects/{project}/environments/{environment}/rollback",   Token, to(h.environment, &EnvironmentHandler::roll_back)},
      {"POST",   "/projects/{project}/environments/{environment}/branch",                Token, to(h.branching, &BranchingHandler::branch)},
      {"POST",   "/projects/{project}/environments/{environment}/synchronize",           Token, to(h.branching, &BranchingHandler::synchronize)},
      {"POST",   "/projects/{project}/environments/{environment}/merge",                 Token, to(h.branching, &BranchingHandler::merge)},
      {"POST",   "/projects/{project}/environments/{environment}/pause",                 Token, to(h.branching, &BranchingHandler::pause)},
      {"POST",   "/projects/{project}/environments/{environment}/resume",                Token, to(h.branching, &BranchingHandler::resume)},
      {"POST",   "/projects/{project}/environments/{environment}/backup",                         Token, to(h.backup, &BackupHandler::create)},
      {"POST",   "/projects/{project}/environments/{environment}/backups",                        Token, to(h.backup, &BackupHandler::create)},
      {"GET",    "/projects/{project}/environments/{environment}/backups",                        Token, to(h.backup, &BackupHandler::list)},
      {"GET",    "/projects/{project}/environments/{environment}/backups/{backup}",               Token, to(h.backup, &BackupHandler::get)},
      {"DELETE", "/projects/{project}/environments/{environment}/backups/{backup}",               Token, to(h.backup, &BackupHandler::remove)},
      {"POST",   "/projects/{project}/environments/{environment}/backups/{backup}/restore",       Token, to(h.backup, &BackupHandler::restore)},
      {"GET",    "/projects/{project}/environments/{environment}/mounts",                         Token, to(h.mount, &MountHandler::list)},
      {"GET",    "/projects/{project}/environments/{environment}/mounts/{application}/archive",   Token, to(h.mount, &MountHandler::download)},
      {"POST",   "/projects/{project}/environments/{environment}/mounts/{application}/archive",   Token, to(h.mount, &MountHandler::upload), kStreamsBody},
      {"GET",    "/projects/{project}/environments/{environment}/backups/{backup}/export",        Token, to(h.backup, &BackupHandler::export_file)},
      {"POST",   "/projects/{project}/environments/{environment}/backups/import",                 Token, to(h.backup, &BackupHandler::import_file), kStreamsBody},
      {"GET",    "/projects/{project}/environments/{environment}/logs",       Token, to(h.log, &LogHandler::get)},
      {"GET",    "/projects/{project}/environments/{environment}/relationships", Token, to(h.relationship, &RelationshipHandler::list)},

      {"GET",    "/projects/{project}/environments/{environment}/deployments",              Token, to(h.deployment, &DeploymentHandler::list)},
      {"GET",    "/projects/{project}/environments/{environment}/deployments/{deployment}", Token, to(h.deployment, &DeploymentHandler::get)},
      {"PATCH",  "/projects/{project}/environments/{environment}/deployments/{deployment}", Token, to(h.deployment, &DeploymentHandler::update)},
      {"GET",    "/projects/{project}/environments/{environment}/releases",                 Token, to(h.deployment, &DeploymentHandler::releases)},

      {"GET",    "/projects/{project}/environments/{environment}/crons",                          Token, to(h.cron, &CronHandler::list)},
      {"POST",   "/projects/{project}/environments/{environment}/crons/{application}/{cron}/run", Token, to(h.cron, &CronHandler::run)},

      {"GET",    "/projects/{project}/activities",                                              Token, to(h.activity, &ActivityHandler::list_of_project)},
      {"GET",    "/projects/{project}/activities/{activity}",                                   Token, to(h.activity, &ActivityHandler::get)},
      {"GET",    "/projects/{project}/activities/{activity}/log",                               Token, to(h.activity, &ActivityHandler::log)},
      {"POST",   "/projects/{project}/activities/{activity}/cancel",                            Token, to(h.activity, &ActivityHandler::cancel)},
      {"GET",    "/projects/{project}/environments/{environment}/activities",                   Token, to(h.activity, &ActivityHandler::list_of_environment)},
      {"GET",    "/projects/{project}/environments/{environment}/activities/{activity}",        Token, to(h.activity, &ActivityHandler::get)},
      {"POST",   "/projects/{project}/environments/{environment}/activities/{activity}/cancel", Token, to(h.activity, &ActivityHandler::cancel)},

      {"GET",    "/projects/{project}/variables",                                     Token, to(h.variable, &VariableHandler::list)},
      {"POST",   "/projects/{project}/variables",                                     Token, to(h.variable, &VariableHandler::create)},
      {"GET",    "/projects/{project}/variables/{variable}",                          Token, to(h.variable, &VariableHandler::get)},
      {"PATCH",  "/projects/{project}/variables/{variable}",                          Token, to(h.variable, &VariableHandler::update)},
      {"DELETE", "/projects/{project}/variables/{variable}",                          Token, to(h.variable, &VariableHandler::remove)},
      {"GET",    "/projects/{project}/environments/{environment}/variables",            Token, to(h.variable, &VariableHandler::list)},
      {"POST",   "/projects/{project}/environments/{environment}/variables",            Token, to(h.variable, &VariableHandler::create)},
      {"GET",    "/projects/{project}/environments/{environment}/variables/{variable}", Token, to(h.variable, &VariableHandler::get)},
      {"PATCH",  "/projects/{project}/environments/{environment}/variables/{variable}", Token, to(h.variable, &VariableHandler::update)},
      {"DELETE", "/projects/{project}/environments/{environment}/variables/{variable}", Token, to(h.variable, &VariableHandler::remove)},

      {"GET",    "/projects/{project}/certificates",               Token, to(h.certificate, &CertificateHandler::list)},
      {"POST",   "/projects/{project}/certificates",               Token, to(h.certificate, &CertificateHandler::create)},
      {"GET",    "/projects/{project}/certificates/{certificate}", Token, to(h.certificate, &CertificateHandler::get)},
      {"DELETE", "/projects/{project}/certificates/{certificate}", Token, to(h.certificate, &CertificateHandler::remove)},
      {"GET",    "/certificate-authority",                         Token, to(h.certificate, &CertificateHandler::authority)},

      {"GET",    "/artifacts",                   Token, to(h.artifact, &ArtifactHandler::list)},
      {"GET",    "/artifacts/{artifact}",        Token, to(h.artifact, &ArtifactHandler::get)},
      {"POST",   "/artifacts/{artifact}/verify", Token, to(h.artifact, &ArtifactHandler::verify)},
      {"GET",    "/artifacts/{artifact}/export", Token, to(h.artifact, &ArtifactHandler::export_image)},
  });
  // clang-format on
}

}  // namespace penstock::api
