#pragma once

namespace penstock {

class Database;

// Brings the schema to the one this program knows, one transaction per step; user_version counts the steps done.
// Throws Error when the database is newer.
void migrate(Database& database);

}  // namespace penstock
