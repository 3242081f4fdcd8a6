#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace penstock::test {

namespace {

// Catch 2 keeps its state without a lock: an assertion on another thread breaks it now and then, in whatever test
// happens to run. This one breaks always, and names the line. Threads of a test report by what they return.
class OneThread : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;

  void assertionStarting(const Catch::AssertionInfo& assertion) override {
    if (std::this_thread::get_id() == thread_) return;
    std::fprintf(stderr, "%s:%zu: an assertion on another thread than the test's\n", assertion.lineInfo.file,
                 assertion.lineInfo.line);
    std::abort();
  }

 private:
  std::thread::id thread_ = std::this_thread::get_id();
};

}  // namespace

CATCH_REGISTER_LISTENER(OneThread)

}  // namespace penstock::test
