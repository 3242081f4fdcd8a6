#pragma once

#include <filesystem>
#include <string>

namespace penstock {

// The files into which the router writes the requests of each environment: DIRECTORY/ENVIRONMENT/access.log. Older ones
// are beside it. Thread safe.
class AccessLogs {
 public:
  // `router` is the router's own directory, whose group tells who it is. `format` is "combined" or "json"; empty:
  // nothing is written.
  AccessLogs(std::filesystem::path directory, std::filesystem::path router, std::string format)
      : directory_(std::move(directory)), router_(std::move(router)), format_(std::move(format)) {}

  const std::string& format() const { return format_; }

  // Makes an environment's file where it is missing, such that the router can write to it but put nothing else in its
  // place. Throws SystemError.
  std::filesystem::path prepare(const std::string& environment) const;
  std::filesystem::path file(const std::string& environment) const;
  void remove(const std::string& environment) const;

 private:
  const std::filesystem::path directory_;
  const std::filesystem::path router_;
  const std::string format_;
};

}  // namespace penstock
