#include "tests/tidy/lists.hpp"

#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace weir::tidy {

namespace {

namespace fs = std::filesystem;

using EachLine = std::function<void(const std::string& line, std::size_t number)>;

void for_each_entry(const fs::path& file, const EachLine& each) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number)
    if (!line.empty() && line.front() != '#') each(line, number);
}

// Splits off the first word; the rest keeps no blanks in front.
std::string first_word(std::string& line) {
  const std::size_t end = line.find(' ');
  std::string word = line.substr(0, end);
  const std::size_t rest = end == std::string::npos ? end : line.find_first_not_of(' ', end);
  line = rest == std::string::npos ? "" : line.substr(rest);
  return word;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

std::string to_text(const Objection& o) { return o.file + ":" + std::to_string(o.line) + ": " + o.what; }

Word::Word(const std::string& pattern, std::string why) : why_(std::move(why)) {
  if (regcomp(&compiled_, pattern.c_str(), REG_EXTENDED | REG_NOSUB) != 0) throw std::runtime_error("bad pattern: " + pattern);
}
Word::Word(Word&& other) noexcept : compiled_(other.compiled_), why_(std::move(other.why_)) { other.owned_ = false; }
Word::~Word() {
  if (owned_) regfree(&compiled_);
}
bool Word::stands_in(const std::string& line) const { return regexec(&compiled_, line.c_str(), 0, nullptr, 0) == 0; }

std::string Lists::room_of(const std::string& file) const {
  for (std::string folder = file; !folder.empty();) {
    const std::size_t slash = folder.rfind('/');
    folder = slash == std::string::npos ? "" : folder.substr(0, slash);
    if (floor_of.contains(folder)) return folder;
  }
  return "";
}

bool Lists::permits(const std::string& file, const std::string& what) const {
  for (const Permission& p : permissions) {
    if (p.what != what) continue;
    if (p.file == file) return true;
    if (p.file.ends_with('*') && file.starts_with(p.file.substr(0, p.file.size() - 1))) return true;
  }
  return false;
}

Lists read_lists(const fs::path& common, const fs::path& own) {
  const auto file = [&](const std::string& name) {
    return !own.empty() && fs::exists(own / name) ? own / name : common / name;
  };
  Lists lists;
  const auto object = [&](const std::string& name, std::size_t line, const std::string& what) {
    lists.objections.push_back({"tests/tidy/" + name, line, what});
  };

  int floor = 0;
  for_each_entry(file("floors.txt"), [&](std::string line, std::size_t number) {
    const std::string word = first_word(line);
    if (word == "floor") {
      for (const std::string& room : words_of(line)) lists.floor_of[room] = floor;
      ++floor;
    } else if (word == "header-never") {
      append(lists.header_never, words_of(line));
    } else if (word == "room-never") {
      append(lists.room_never, words_of(line));
    } else {
      object("floors.txt", number, "found '" + word + "'; accepted: floor, header-never, room-never");
    }
  });
  for_each_entry(file("banned.txt"), [&](std::string line, std::size_t number) {
    const std::string token = first_word(line);
    if (token == "scope") {
      append(lists.banned_scope, words_of(line));
    } else if (line.empty()) {
      object("banned.txt", number, "'" + token + "' is banned without a reason");
    } else {
      lists.banned.push_back({token, line});
    }
  });
  for_each_entry(file("permissions.txt"), [&](std::string line, std::size_t number) {
    const std::string where = first_word(line);
    const std::string what = first_word(line);
    if (words_of(line).size() < 3)
      return object("permissions.txt", number, "'" + what + "' in " + where + " is permitted without a reason");
    lists.permissions.push_back({where, what});
  });
  for_each_entry(file("rule_ids.txt"), [&](const std::string& line, std::size_t number) {
    if (!lists.rule_ids.insert(line).second) object("rule_ids.txt", number, line + " stands here twice");
  });
  for_each_entry(file("words.txt"), [&](const std::string& line, std::size_t number) {
    const std::size_t gap = line.find("  ");
    if (gap == std::string::npos) return object("words.txt", number, "a pattern without a reason");
    lists.words.emplace_back(line.substr(0, gap), line.substr(line.find_first_not_of(' ', gap)));
  });
  return lists;
}

}  // namespace weir::tidy
