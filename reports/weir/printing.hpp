// What a person reads in a terminal: standard output for results, standard error for progress and errors.
//
// A reader of ours that goes away (`weir ... | head`) is no error: what follows is dropped and the command ends as it would
// have. Any other trouble in writing standard output is BadInput, told at the end.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

void ignore_closed_pipes();
void print(std::string_view text);       // to standard output, as it is
void print_data(std::string_view text);  // the same, also after
void print_on_standard_error();          // where print() goes from here on: standard output is taken by data
void flush_printed();                    // what was printed is to be seen now
void finish_printing();                  // flushes; BadInput when standard output took not everything
void complain(std::string_view text);    // "weir: ..." on standard error

std::string shell_word(const std::string& word);  // quoted where a shell would need it

// Columns as wide as their widest cell; the first row is the head. Columns named in `right` are flush right.
std::string table_text(const std::vector<std::vector<std::string>>& rows, const std::vector<std::size_t>& right = {});

// Text broken into lines of at most `columns`, each behind `margin`, with a line end each.
std::string wrapped(std::string_view text, std::string_view margin, std::size_t columns = 110);

// The parts that find room in a line of so many columns, "a, b, c": one that does not is left out as a whole.
std::string fitted(const std::vector<std::string>& parts, std::size_t columns);

// One line that is written over again and again; only on a terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  bool is_shown() const { return shown_; }
  void show(const std::vector<std::string>& parts);  // the most important first: those that find no room are left out
  void clear();

 private:
  bool shown_;
  bool dirty_ = false;
};

}  // namespace weir
