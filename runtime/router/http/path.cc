#include "runtime/router/http/path.h"

namespace penstock::router {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_plain(std::string_view path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '%') return false;
    if (path[i] == '/' && i + 1 < path.size() && (path[i + 1] == '/' || path[i + 1] == '.')) return false;
  }
  return true;
}

bool decode(std::string_view path, std::string& decoded) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      decoded += path[i];
      continue;
    }
    if (i + 2 >= path.size()) return false;
    const int high = digit_of(path[i + 1]);
    const int low = digit_of(path[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return false;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

}  // namespace

std::optional<std::string_view> normalize_path(std::string_view path, std::string& buffer) {
  if (is_plain(path)) return path;
  std::string decoded;
  if (!decode(path, decoded)) return std::nullopt;
  buffer.clear();
  std::string_view rest = decoded;
  bool directory = false;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    directory = segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (buffer.empty()) return std::nullopt;
      buffer.erase(buffer.rfind('/'));
    } else if (!directory) {
      buffer.append("/").append(segment);
    }
  }
  if (directory) buffer += '/';
  return buffer;
}

std::string resolved_path(std::string_view path, std::string_view names) {
  std::string decoded;
  return decode(path, decoded) && decoded == names ? std::string(path) : encode_path(names);
}

std::string encode_path(std::string_view names) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view safe = "/-._~!$&'()*+,;=:@";
  std::string encoded;
  for (const char c : names) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || safe.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return encoded;
}

std::string_view without_trailing_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

bool is_below(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

std::string_view path_below(std::string_view path, std::string_view prefix) {
  std::string_view rest = path.size() >= prefix.size() ? path.substr(prefix.size()) : std::string_view();
  while (rest.starts_with("//")) rest.remove_prefix(1);
  return rest;
}

std::string join_paths(std::string_view base, std::string_view rest) {
  if (rest.empty()) return std::string(base);
  return std::string(without_trailing_slash(base)) + std::string(rest);
}

}  // namespace penstock::router
