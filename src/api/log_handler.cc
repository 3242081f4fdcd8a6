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
  std::string application;
};

bool is(const InstanceState& instance, const std::string& label, const std::string& value) {
  const auto found = instance.labels.find(label);
  return found != instance.labels.end() && found->second == value;
}

std::vector<Source> sources_of(Engine& engine, const Environment& environment, const std::string& application) {
  std::vector<Source> sources;
  for (const InstanceState& instance : engine.list()) {
    if (!is(instance, "project", environment.project) || !is(instance, "environment", environment.name)) continue;
    for (const char* kind : {"app", "service"}) {
      const auto name = instance.labels.find(kind);
      const bool wanted = application.empty() ? kind == std::string_view("app") : is(instance, kind, application);
      if (name != instance.labels.end() && wanted) sources.push_back({instance.id, name->second});
    }
  }
  return sources;
}

// Which application says a line matters only when there are several.
std::string prefix_of(const Source& source, bool several) {
  return several ? "[" + source.application + "] " : "";
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
  if (log == "app") return applications(environment, request.query_value("app").value_or(""), wanted);
  if (log == "access") return requests(environment, wanted);
  throw UserError(fmt::format("there is no log '{}': expected app or access", log));
}

Response LogHandler::applications(const Environment& environment, const std::string& application, Wanted wanted) const {
  const std::vector<Source> sources = sources_of(engine, environment, application);
  if (sources.empty())
    throw NotFound(fmt::format("nothing of {} runs in environment {}", application.empty() ? "it" : application,
                               environment.name));
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
