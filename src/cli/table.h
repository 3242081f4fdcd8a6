#pragma once

#include "cli/options.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace penstock::cli {

struct Column {
  std::string id;     // as -c names it
  std::string title;  // as people read it
};

// Rows under columns, printed as --format, -c and --no-header say.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  // Throws UserError for an unknown format or column.
  void print(const Options& options, std::ostream& out) const;

  // The options it reads.
  static std::vector<Option> options();

 private:
  Table chosen(const std::vector<std::string>& ids) const;
  void print_as(const std::string& format, bool header, std::ostream& out) const;
  void print_box(bool header, std::ostream& out) const;
  void print_separated(char separator, bool header, std::ostream& out) const;
  void print_plain(bool header, std::ostream& out) const;
  void print_json(std::ostream& out) const;
  std::vector<std::size_t> widths() const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace penstock::cli
