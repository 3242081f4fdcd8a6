#include "cli/table.h"

#include "base/error.h"
#include "base/json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>
#include <sstream>

namespace penstock::cli {
namespace {

// Counts characters of UTF-8, not bytes.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<std::string> lines_of(const std::string& cell) {
  std::vector<std::string> lines;
  std::istringstream stream(cell);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string quoted(const std::string& cell, char separator) {
  if (cell.find_first_of(std::string("\"\n\r") + separator) == std::string::npos) return cell;
  std::string text = "\"";
  for (const char c : cell) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

std::string rule(const std::vector<std::size_t>& widths) {
  std::string line = "+";
  for (const std::size_t width : widths) line += std::string(width + 2, '-') + "+";
  return line + "\n";
}

void print_box_row(const std::vector<std::string>& row, const std::vector<std::size_t>& widths, std::ostream& out) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (const std::string& cell : row) {
    cells.push_back(lines_of(cell));
    height = std::max(height, cells.back().size());
  }
  for (std::size_t line = 0; line < height; ++line) {
    out << "|";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string text = line < cells[i].size() ? cells[i][line] : "";
      out << " " << text << std::string(widths[i] - width_of(text), ' ') << " |";
    }
    out << "\n";
  }
}

std::vector<std::string> titles(const std::vector<Column>& columns) {
  std::vector<std::string> row;
  for (const Column& column : columns) row.push_back(column.title);
  return row;
}

}  // namespace

std::vector<Option> Table::options() {
  return {{"format", 0, "FORMAT", "table, csv, tsv, plain or json"},
          {"columns", 'c', "COLUMNS", "the columns to show, separated by commas"},
          {"no-header", 0, "", "leave out the header"}};
}

void Table::print(const Options& options, std::ostream& out) const {
  const std::vector<std::string> ids = options.list("columns");
  const Table table = ids.empty() ? *this : chosen(ids);
  table.print_as(options.value_or("format", "table"), !options.has("no-header"), out);
}

void Table::print_as(const std::string& format, bool header, std::ostream& out) const {
  if (format == "table") {
    print_box(header, out);
  } else if (format == "csv") {
    print_separated(',', header, out);
  } else if (format == "tsv") {
    print_separated('\t', header, out);
  } else if (format == "plain") {
    print_plain(header, out);
  } else if (format == "json") {
    print_json(out);
  } else {
    throw UserError(fmt::format("cannot print as \"{}\": there are table, csv, tsv, plain and json", format));
  }
}

Table Table::chosen(const std::vector<std::string>& ids) const {
  std::vector<std::size_t> indexes;
  for (const std::string& id : ids) {
    const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const Column& c) { return c.id == id; });
    if (found == columns_.end()) {
      std::string known;
      for (const Column& column : columns_) known += (known.empty() ? "" : ", ") + column.id;
      throw UserError(fmt::format("there is no column \"{}\"; there are {}", id, known));
    }
    indexes.push_back(static_cast<std::size_t>(found - columns_.begin()));
  }
  std::vector<Column> columns;
  for (const std::size_t index : indexes) columns.push_back(columns_[index]);
  Table table(columns);
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    for (const std::size_t index : indexes) cells.push_back(row[index]);
    table.add(std::move(cells));
  }
  return table;
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(width_of(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      for (const std::string& line : lines_of(row[i])) widths[i] = std::max(widths[i], width_of(line));
    }
  }
  return widths;
}

void Table::print_box(bool header, std::ostream& out) const {
  const std::vector<std::size_t> columns = widths();
  out << rule(columns);
  if (header) {
    print_box_row(titles(columns_), columns, out);
    out << rule(columns);
  }
  for (const auto& row : rows_) print_box_row(row, columns, out);
  if (!rows_.empty()) out << rule(columns);
}

void Table::print_separated(char separator, bool header, std::ostream& out) const {
  const auto print_row = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i)
      out << (i == 0 ? "" : std::string(1, separator)) << quoted(row[i], separator);
    out << "\n";
  };
  if (header) print_row(titles(columns_));
  for (const auto& row : rows_) print_row(row);
}

void Table::print_plain(bool header, std::ostream& out) const {
  const auto print_row = [&out](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) out << (i == 0 ? "" : "\t") << row[i];
    out << "\n";
  };
  if (header) print_row(titles(columns_));
  for (const auto& row : rows_) print_row(row);
}

void Table::print_json(std::ostream& out) const {
  Json list = Json::array();
  for (const auto& row : rows_) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) object[columns_[i].id] = row[i];
    list.push_back(std::move(object));
  }
  out << list.dump(2) << "\n";
}

}  // namespace penstock::cli
