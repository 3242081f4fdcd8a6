// The second stage: the base image that an application asks for.
#pragma once

#include "image/image_store.h"

namespace penstock {

struct PullImage {
  ImageStore& images;
  std::string type;  // "nodejs:18"

  // Tells `output` only when the image is not there yet.
  Image run(OutputSink& output, std::stop_token stop) const;
};

}  // namespace penstock
