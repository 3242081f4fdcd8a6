// What penstockd does besides being a daemon.
#pragma once

#include <string>
#include <vector>

namespace penstock {

struct Settings;

// `penstockd token:create NAME`: prints a new API token, which is shown this once. Works beside a running daemon.
int create_token(const Settings& settings, const std::vector<std::string>& arguments);

// `penstockd token:list`: prints the tokens, without their secrets.
int list_tokens(const Settings& settings);

// `penstockd token:delete ID`: what it let in is out at once. Works beside a running daemon.
int delete_token(const Settings& settings, const std::vector<std::string>& arguments);

// `penstockd image:pull TYPE…`: makes base images before the first push needs them.
int pull_images(const Settings& settings, const std::vector<std::string>& arguments);

}  // namespace penstock
