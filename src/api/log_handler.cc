#include "api/log_handler.h"

#include "api/container_log_follower.h"
#include "api/file_follower.h"
#include "base/error.h"
#include "base/file_tail.h"
#include "container/engine.h"
#include "runtime/access_logs.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>

namespace penstock::api {
namespace {

constexpr long kLinesLimit = 10000;
constexpr std::size_t kTailBytes = std::size_t{1} << 20;
constexpr std::chrono::milliseconds kTurn{500};
const char* const kPlainText = "text/plain; charset=utf-8";

struct Source {
  std::string container;
  std::string name;  // "app", "app--queue", "app:1"
};

// Of a request.
struct Whose {
  std::string application;  // empty: all, with workers
  std::string worker;       // "queue", "app--queue"
  std::string instance;     // empty: all

  bool fits(const InstanceState& instance) const;
};

bool is(const InstanceState& instance, const std::string& label, const std::string& value) {
  const auto found = instance.labels.find(label);
  return found != instance.labels.end() && found->second == value;
}

std::string label(const InstanceState& instance, const std::string& name) {
  const auto found = instance.labels.find(name);
  return found == instance.labels.end() ? "" : found->second;
}

// Releases of before there were components had one container for each application. A service is not of a release.
std::string component_of(const InstanceState& instance) {
  const std::string component = label(instance, "component");
  if (!component.empty()) return component;
  return label(instance, "app") + label(instance, "service");
}

bool Whose::fits(const InstanceState& container) const {
  const std::string of_worker = label(container, "worker");
  if (!application.empty() && is(container, "service", application)) return true;
  if (label(container, "app").empty()) return false;
  if (!application.empty() && !is(container, "app", application)) return false;
  if (!application.empty() && worker.empty() && !of_worker.empty()) return false;
  if (!worker.empty() && worker != of_worker && worker != component_of(container)) return false;
  return instance.empty() || is(container, "instance", instance);
}

std::vector<Source> sources_of(Engine& engine, const Environment& environment, const Whose& whose) {
  std::vector<Source> sources;
  for (const InstanceState& container : engine.list()) {
    if (!is(container, "project", environment.project) || !is(container, "environment", environment.name)) continue;
    if (!whose.fits(container)) continue;
    const std::string instance = label(container, "instance");
    const bool first = instance.empty() || instance == "0";
    sources.push_back({container.id, component_of(container) + (first ? "" : ":" + instance)});
  }
  return sources;
}

// Who says a line matters only when there are several.
std::string prefix_of(const Source& source, bool several) {
  return several ? "[" + source.name + "] " : "";
}

std::string prefixed(const std::string& text, const std::string& prefix) {
  if (prefix.empty()) return text;
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    result += prefix + text.substr(begin, end - begin);
    begin = end;
  }
  return result;
}

std::string last_lines(const std::string& text, std::size_t count) {
  std::size_t begin = text.size();
  while (begin > 0 && count > 0) {
    --count;
    const std::size_t end_before = begin < 2 ? std::string::npos : text.rfind('\n', begin - 2);
    begin = end_before == std::string::npos ? 0 : end_before + 1;
  }
  return text.substr(begin);
}

void follow(Engine& engine, const std::vector<Source>& sources, Reader& reader) {
  std::list<ContainerLogFollower> followers;
  for (const Source& source : sources) followers.emplace_back(engine.log_path(source.container));
  const auto turn = kTurn / static_cast<long>(std::max<std::size_t>(sources.size(), 1));
  while (!followers.empty() && !reader.stop().stop_requested() && !reader.is_gone()) {
    auto source = sources.begin();
    for (ContainerLogFollower& follower : followers) {
      const std::string text = prefixed(follower.next(turn), prefix_of(*source++, sources.size() > 1));
      if (!text.empty() && !reader.send(text)) return;
    }
  }
}

}  // namespace

Response LogHandler::get(const Request& request) const {
  const Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  const Wanted wanted{
      .lines = static_cast<std::size_t>(std::clamp(request.query_number("lines", 100), 0L, kLinesLimit)),
      .follow = request.query_value("follow") == "true"};
  const std::string log = request.query_value("log").value_or("app");
  if (log == "app") return applications(environment, request, wanted);
  if (log == "access") return requests(environment, wanted);
  throw UserError(fmt::format("there is no log '{}': expected app or access", log));
}

Response LogHandler::applications(const Environment& environment, const Request& request, Wanted wanted) const {
  const Whose whose{.application = request.query_value("app").value_or(""),
                    .worker = request.query_value("worker").value_or(""),
                    .instance = request.query_value("instance").value_or("")};
  const std::vector<Source> sources = sources_of(engine, environment, whose);
  if (sources.empty()) throw NotFound(fmt::format("nothing of that name runs in environment {}", environment.name));
  return Response::streamed(kPlainText, [this, sources, wanted](Reader& reader) {
    for (const Source& source : sources) {
      std::string text;
      for (const std::string& line : engine.tail(source.container, wanted.lines)) {
        text += prefix_of(source, sources.size() > 1) + line + "\n";
      }
      if (!text.empty() && !reader.send(text)) return;
    }
    if (wanted.follow) follow(engine, sources, reader);
  });
}

Response LogHandler::requests(const Environment& environment, Wanted wanted) const {
  return Response::streamed(kPlainText, [file = access_logs.file(environment.key()), wanted](Reader& reader) {
    FileFollower follower(file);
    const std::string older = read_end_of_file(file.string() + ".1", kTailBytes);
    const std::string text = last_lines(older + read_end_of_file(file, kTailBytes), wanted.lines);
    if (!text.empty() && !reader.send(text)) return;
    while (wanted.follow && !reader.stop().stop_requested() && !reader.is_gone()) {
      const std::string news = follower.next(kTurn).bytes;
      if (!news.empty() && !reader.send(news)) return;
    }
  });
}

}  // namespace penstock::api
