#pragma once

#include "base/json.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/table/environment_reader.h"
#include "runtime/router/table/table_store.h"
#include "runtime/router/tls/certificate_table.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace penstock::router {

// The certificates the router has: takes changes, publishes each as one new table, and keeps them on disk. Belongs to
// one event loop.
class CertificateRegistry {
 public:
  using Publish = std::function<void(std::shared_ptr<const CertificateTable>)>;
  using Dropped = std::vector<DroppedEntry>;

  // `store` may be null: nothing is kept.
  CertificateRegistry(EventLoop& loop, TableStore* store, Publish publish);

  // Takes up what the store has.
  void restore();

  // Handshakes from the return on use what has changed; `done` is called on the loop once it is durable. Entries are
  // those of read_site_certificate(); one that cannot be used is left out and named in what is returned. Throws
  // UserError when nothing is done.
  Dropped replace(const Json& certificates, TableStore::Done done);
  Dropped put(const Json& certificate, TableStore::Done done);
  void remove(const std::string& id, TableStore::Done done);

  // Leaves the store to somebody else.
  void keep_no_more() { store_ = nullptr; }

 private:
  using Entries = std::map<std::string, std::shared_ptr<const SiteCertificate>>;

  std::shared_ptr<const SiteCertificate> read(const Json& json, Dropped& dropped) const;
  void publish() const;

  EventLoop& loop_;
  TableStore* store_;
  Publish publish_;
  Entries entries_;  // by id
};

}  // namespace penstock::router
