#include "reports/weir/printing.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

int first_error = 0;  // of standard output
bool on_standard_error = false;

void remember_error() {
  if (first_error == 0) first_error = errno ? errno : EIO;
}

// Characters as a terminal counts them, near enough: continuation bytes of UTF-8 take no place.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace

void ignore_closed_pipes() { std::signal(SIGPIPE, SIG_IGN); }

void complain(std::string_view text) {
  const std::string line = "weir: " + std::string(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void print_on_standard_error() { on_standard_error = true; }

void print(std::string_view text) {
  if (on_standard_error)
    std::fwrite(text.data(), 1, text.size(), stderr);
  else
    print_data(text);
}

void print_data(std::string_view text) {
  if (first_error != 0) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) remember_error();
}

void flush_printed() {
  if (first_error == 0 && std::fflush(stdout) != 0) remember_error();
}

void finish_printing() {
  flush_printed();
  const int error = std::exchange(first_error, first_error == 0 ? 0 : EPIPE);  // told once
  if (error != 0 && error != EPIPE)
    throw BadInput("standard output", std::string("cannot be written: ") + std::strerror(error),
                   "a place that takes all of the output");
}

std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                          "_-./=:,@%+") == std::string::npos;
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string table_text(const std::vector<std::vector<std::string>>& rows, const std::vector<std::size_t>& right) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - width_of(row[i]), ' ');
      const bool flush_right = std::find(right.begin(), right.end(), i) != right.end();
      line += (i ? "  " : "") + (flush_right ? pad + row[i] : row[i] + pad);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string wrapped(std::string_view text, std::string_view margin, std::size_t columns) {
  std::string lines, line;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (!line.empty() && width_of(margin) + width_of(line) + 1 + width_of(word) > columns) {
      lines += std::string(margin) + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  return line.empty() ? lines : lines + std::string(margin) + line + "\n";
}

std::string fitted(const std::vector<std::string>& parts, std::size_t columns) {
  std::string line;
  for (const std::string& part : parts) {
    const std::string_view between = line.empty() ? "" : ", ";
    if (width_of(line) + between.size() + width_of(part) <= columns) line += std::string(between) + part;
  }
  return line;
}

ProgressLine::ProgressLine() : shown_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const std::vector<std::string>& parts) {
  if (!shown_) return;
  winsize window{};
  const std::size_t columns = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1 ? window.ws_col - 1U : 79;
  const std::string line = "\r\033[K" + fitted(parts, columns);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
  dirty_ = true;
}

void ProgressLine::clear() {
  if (!dirty_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  dirty_ = false;
}

}  // namespace weir
