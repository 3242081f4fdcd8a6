// Rules that a schema cannot say, one file for each of these.
#pragma once

#include "config/load.h"

namespace penstock::config {

struct Draft;
class FileSource;
class Report;

// Types and versions there is an image for; flavors that fit the type.
void check_runtimes(const Draft& draft, const Catalogue& available, Report& report);
// Every application answers: by a start command or by files.
void check_web(const Draft& draft, Report& report);
// What a worker is called is not what an application is called.
void check_workers(const Draft& draft, Report& report);
// Folders of applications exist.
void check_sources(const Draft& draft, FileSource& source, Report& report);
// Types and versions of services there is a definition for; their configuration fits it.
void check_services(const Draft& draft, const ServiceTypes& available, Report& report);
// Relationships lead to something, and applications and services do not wait for each other in a circle.
void check_relationships(const Draft& draft, const ServiceTypes& available, Report& report);
// No mount inside another; volumes of others exist.
void check_mounts(const Draft& draft, Report& report);
// Routes lead to something, and redirects do not lead back to themselves.
void check_routes(const Draft& draft, const ServiceTypes& available, Report& report);
// What applications are told fits into their environment.
void check_sizes(const Draft& draft, Report& report);
// Nothing is used that Penstock cannot do yet.
void check_availability(const Draft& draft, Report& report);

}  // namespace penstock::config
