#include "store/journal.h"

#include "store/database.h"

namespace penstock {

int Journal::append(const std::string& deployment, const std::string& step, const Json& data) {
  Statement row = database_.query(
      "INSERT INTO journal SELECT ?1, 1 + ifnull(max(seq), 0), ?2, ?3 FROM journal WHERE deployment = ?1 RETURNING seq",
      deployment, step, data);
  row.step();
  const int seq = static_cast<int>(row.integer());
  // A statement with RETURNING is on disk only once it has run to its end.
  row.step();
  return seq;
}

void Journal::clear(const std::string& deployment) {
  database_.run("DELETE FROM journal WHERE deployment = ?", deployment);
}

std::vector<JournalEntry> Journal::entries(const std::string& deployment) const {
  std::vector<JournalEntry> result;
  Statement row = database_.query("SELECT * FROM journal WHERE deployment = ? ORDER BY seq", deployment);
  while (row.step()) {
    result.push_back(
        {.deployment = row.text(), .seq = static_cast<int>(row.integer()), .step = row.text(), .data = row.json()});
  }
  return result;
}

std::vector<std::string> Journal::deployments() const {
  std::vector<std::string> result;
  Statement row = database_.query(
      "SELECT id FROM deployments WHERE id IN (SELECT deployment FROM journal) ORDER BY created_at, rowid");
  while (row.step()) result.push_back(row.text());
  return result;
}

}  // namespace penstock
