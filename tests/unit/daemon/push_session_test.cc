#include "daemon/push_session.h"

#include "base/error.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace penstock;

TEST_CASE("the push waits for the verdict, the activity for the fate") {
  PushSession session;
  PushSession::Fate fate{};
  std::jthread activity([&] {
    session.decide(PushSession::Verdict::Accept);
    fate = session.wait_for_fate({});
    session.end();
  });
  CHECK(session.wait_for_verdict() == PushSession::Verdict::Accept);
  session.settle(PushSession::Fate::Moved);
  session.wait_for_end();
  activity.join();
  CHECK(fate == PushSession::Fate::Moved);
}

TEST_CASE("an activity that ends without a verdict rejects the push") {
  const auto session = std::make_shared<PushSession>();
  { const SessionEnd end(session); }
  CHECK(session->wait_for_verdict() == PushSession::Verdict::Reject);
}

TEST_CASE("the first verdict and the first fate count") {
  PushSession session;
  session.decide(PushSession::Verdict::Accept);
  session.end();
  CHECK(session.verdict() == PushSession::Verdict::Accept);
  session.settle(PushSession::Fate::Moved);
  session.settle(PushSession::Fate::Abandoned);
  CHECK(session.wait_for_fate({}) == PushSession::Fate::Moved);
}

TEST_CASE("waiting for the fate can be stopped") {
  PushSession session;
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(session.wait_for_fate(stop.get_token()), Cancelled);
}

TEST_CASE("a terminal gets what was said before it came, and nothing after it left") {
  TerminalRelay relay;
  CapturingSink terminal;
  relay.write("before ");
  relay.attach(terminal);
  relay.write("during");
  relay.detach();
  relay.close();
  relay.write("after");
  CHECK(terminal.text() == "before during");
}
