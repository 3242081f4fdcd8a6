#pragma once

#include "base/json.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/table/route_table.h"
#include "runtime/router/table/table_store.h"

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace penstock::router {

// The environments the router serves: takes changes, publishes each as one new table, and keeps them on disk. Belongs
// to one event loop.
class Registry {
 public:
  // Has a table served, and calls `adopted` on the loop once it is served everywhere.
  using Publish = std::function<void(std::shared_ptr<const RouteTable> table, std::function<void()> adopted)>;
  using Dropped = std::vector<DroppedEntry>;

  // `store` may be null: nothing is kept.
  Registry(EventLoop& loop, HttpsMode mode, TableStore* store, Publish publish);

  // Serves what the store has. What was held then is held on, but no longer than its time limit from now.
  void restore();

  // `done` is called on the loop once the change is served everywhere and durable. Throws UserError.
  Dropped replace(const Json& environments, TableStore::Done done);
  Dropped put(const Json& environment, TableStore::Done done);
  Dropped remove(const std::string& id, TableStore::Done done);

  // Leaves the store to somebody else.
  void keep_no_more() { store_ = nullptr; }

  std::size_t size() const { return environments_.size(); }

 private:
  void set(std::shared_ptr<const Environment> environment);
  void publish(Dropped& dropped, std::function<void()> adopted);
  // Publishes and keeps.
  Dropped change(Dropped dropped, std::vector<TableStore::Change> changes, TableStore::Done done);
  void limit_hold(const std::shared_ptr<const Environment>& held);

  EventLoop& loop_;
  HttpsMode mode_;
  TableStore* store_;
  Publish publish_;
  RouteTable::Environments environments_;  // the first come is the first served
  std::list<Timer> restored_holds_;
};

}  // namespace penstock::router
