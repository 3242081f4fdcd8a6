#include "pipeline/pull_image.h"

namespace penstock {

Image PullImage::run(OutputSink& output, std::stop_token stop) const {
  PrefixingSink indented(output, "  ");
  return images.resolve(type, indented, std::move(stop));
}

}  // namespace penstock
