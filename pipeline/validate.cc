#include "pipeline/validate.h"

#include "base/error.h"
#include "base/output_sink.h"
#include "pipeline/git_source.h"

#include <fmt/format.h>

namespace penstock {

config::Configuration Validate::run(OutputSink& output) const {
  GitSource source(repository, commit);
  config::Loaded loaded = config::load(source, available);
  for (const auto& problem : loaded.problems) output.line("E: " + problem.text());
  const std::size_t count = loaded.problems.size();
  if (count > 0) {
    throw UserError(fmt::format("the configuration in .upsun has {} {}", count, count == 1 ? "problem" : "problems"));
  }
  return std::move(loaded.configuration);
}

}  // namespace penstock
