#include "tests/tidy/tidy.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "tests/tidy/source.hpp"

namespace weir::tidy {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_source = 500;
const std::string escape = "tidy: allowed because";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

bool any_prefix(const std::vector<std::string>& prefixes, const std::string& text) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) { return text.starts_with(prefix); });
}

// TTL-4, FM-03, O-ORDER: everything of that form, misspelt ones too.
std::vector<std::string> ids_in(const std::string& text) {
  std::vector<std::string> ids;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_upper(text[at]) || (at > 0 && (is_alnum(text[at - 1]) || text[at - 1] == '-' || text[at - 1] == '_'))) continue;
    std::size_t dash = at;
    while (dash < text.size() && is_upper(text[dash])) ++dash;
    if (dash + 1 >= text.size() || text[dash] != '-') continue;
    std::size_t end = dash + 1;
    while (end < text.size() && (is_alnum(text[end]) || (text[end] == '-' && end + 1 < text.size() && is_alnum(text[end + 1]))))
      ++end;
    const bool numbered = std::isdigit(static_cast<unsigned char>(text[dash + 1])) != 0;
    const bool oracle = dash == at + 1 && text[at] == 'O' && is_upper(text[dash + 1]);
    if (numbered || oracle) ids.push_back(text.substr(at, end - at));
    at = end - 1;
  }
  return ids;
}

// The insides of [...] that hold words only; quotes inside mean data, not a citation.
std::vector<std::string> bracketed(const std::string& text) {
  std::vector<std::string> found;
  for (std::size_t open = text.find('['); open != std::string::npos; open = text.find('[', open + 1)) {
    const std::size_t close = text.find_first_of("[]", open + 1);
    if (close == std::string::npos || text[close] == '[') continue;
    const std::string inside = text.substr(open + 1, close - open - 1);
    if (inside.find_first_of("\"'") == std::string::npos) found.push_back(inside);
  }
  return found;
}

class Checker {
 public:
  Checker(fs::path root, const Lists& lists) : root_(std::move(root)), lists_(lists), objections_(lists.objections) {}

  void check_file(const std::string& file) {
    file_ = file;
    std::ifstream in(root_ / file, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    const std::string text = bytes.str();
    if (text.find('\0') != std::string::npos) return;
    const std::string extension = fs::path(file).extension().string();
    if (extension == ".csv" || extension == ".trace") return;  // data, not prose

    check_words(text);
    if (extension == ".cpp" || extension == ".hpp") return check_source(take_apart(text), extension == ".hpp");
    static const std::vector<std::string> foreign = {".h",   ".hh",  ".hxx", ".h++", ".c",  ".cc",
                                                     ".cxx", ".c++", ".ipp", ".inl", ".tpp"};
    if (std::find(foreign.begin(), foreign.end(), extension) != foreign.end()) object(1, "a source is named .hpp or .cpp");
    if (extension == ".md") each_line(text, [&](const std::string& line, std::size_t n) { check_cited(line, n); });
    if (extension == ".json")
      each_line(text, [&](const std::string& line, std::size_t n) {
        const std::size_t rules = line.find("\"rules\"");
        if (rules != std::string::npos) check_ids(line.substr(rules, line.find(']', rules) - rules), n);
      });
  }

  std::vector<Objection> result() && {
    std::sort(objections_.begin(), objections_.end());
    return std::move(objections_);
  }

 private:
  void object(std::size_t line, std::string what) { objections_.push_back({file_, line, std::move(what)}); }

  template <class Each>
  static void each_line(const std::string& text, Each each) {
    std::istringstream in(text);
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) each(line, number);
  }

  void check_words(const std::string& text) {
    each_line(text, [&](const std::string& line, std::size_t number) {
      for (const Word& word : lists_.words)
        if (word.stands_in(line)) object(number, "a word that stands nowhere: " + word.why());
    });
  }

  void check_ids(const std::string& text, std::size_t number) {
    for (const std::string& id : ids_in(text))
      if (!lists_.rule_ids.contains(id)) object(number, "no list knows the rule " + id);
  }
  void check_cited(const std::string& prose, std::size_t number) {
    for (const std::string& inside : bracketed(prose)) check_ids(inside, number);
  }

  void check_source(const std::vector<Line>& lines, bool header) {
    check_name();
    room_ = lists_.room_of(file_);
    const bool in_house = any_prefix({"sim/", "oracles/", "scenarios/", "reports/"}, file_);
    if (in_house && room_.empty()) object(1, "no floor for the folder " + fs::path(file_).parent_path().string());
    if (lines.size() > longest_source)
      object(longest_source + 1, "a source ends before line 500: look for its second reason to change");
    if (header && std::none_of(lines.begin(), lines.end(), [](const Line& l) { return l.code.starts_with("#pragma once"); }))
      object(1, "a header says #pragma once");

    if (in_house) check_types(lines);
    const bool timeless = any_prefix(lists_.banned_scope, file_);
    bool first_include = true;
    for (std::size_t n = 1; n <= lines.size(); ++n) {
      const Line& line = lines[n - 1];
      if (const std::string path = included_path(line); !path.empty()) {
        check_include(path, line.raw.find('"') != std::string::npos, n, header, first_include);
        first_include = false;
      }
      if (timeless) check_banned(line, n);
      check_cited(line.prose, n);
      if (line.code.find(".rules") != std::string::npos) check_ids(line.prose, n);
    }
  }

  // Two types of one name in one namespace: undefined wherever both are linked, and no compiler sees it.
  void check_types(const std::vector<Line>& lines) {
    bool unnamed = false;
    std::string space;
    for (std::size_t n = 1; n <= lines.size(); ++n) {
      const std::string& code = lines[n - 1].code;
      if (code.starts_with("namespace")) {
        unnamed = code.starts_with("namespace {");
        if (!unnamed) space = code.substr(10, code.find(' ', 10) - 10);
      } else if (lines[n - 1].raw == "}  // namespace") {
        unnamed = false;
      } else if (const std::string type = unnamed ? "" : type_defined(code); !type.empty()) {
        const auto [first, is_new] = types_.try_emplace(space + "::" + type, file_);
        if (!is_new && first->second != file_) object(n, "a second " + first->first + ", beside that of " + first->second);
      }
    }
  }
  // The X of "struct X {" at the line's front; "" for any other line, for a declaration and for a specialisation.
  static std::string type_defined(const std::string& code) {
    for (const std::string keyword : {"struct ", "class ", "union ", "enum class "}) {
      if (!code.starts_with(keyword)) continue;
      std::size_t end = keyword.size();
      while (end < code.size() && (is_alnum(code[end]) || code[end] == '_')) ++end;
      const bool declares = code[code.find_last_not_of(' ')] == ';' && code.find('{') == std::string::npos;
      const bool of_another = end < code.size() && (code[end] == '<' || code[end] == ':');
      return declares || of_another ? "" : code.substr(keyword.size(), end - keyword.size());
    }
    return "";
  }

  void check_name() {
    const std::string stem = fs::path(file_).stem().string();
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    if (!std::all_of(stem.begin(), stem.end(), fits)) object(1, "a source's name is snake_case");
  }

  void check_include(const std::string& path, bool quoted, std::size_t number, bool header, bool first) {
    if (!room_.empty()) {
      for (const std::string& never : lists_.room_never)
        if (path.starts_with(never)) object(number, "a room includes nothing of " + never + ": " + path);
      for (const std::string& never : lists_.header_never)
        if (header && path.starts_with(never) && !lists_.permits(file_, never))
          object(number, "a public header hands on " + path);
    }
    const std::string room = lists_.room_of(path);
    if (!room_.empty() && !room.empty() && room != room_ && lists_.floor_of.at(room) >= lists_.floor_of.at(room_))
      object(number, "an upward include: " + room_ + " does not know " + room);
    if (lists_.permits(file_, "its-own-includes")) return;
    if (quoted && !fs::exists(root_ / path)) object(number, "an include starts at the project's root: no " + path + " there");
    const std::string own = fs::path(file_).replace_extension(".hpp").string();
    if (first && !header && path != own && fs::exists(root_ / own)) object(number, "a source includes its own header first");
  }

  void check_banned(const Line& line, std::size_t number) {
    const std::size_t asked = line.prose.find(escape);
    if (asked != std::string::npos) {
      const std::string reason = line.prose.substr(asked + escape.size());
      if (std::count(reason.begin(), reason.end(), ' ') < 3) object(number, "an escape without a reason");
      return;
    }
    for (const Banned& banned : lists_.banned)
      if (find_word(line.code, banned.token) != std::string::npos && !lists_.permits(file_, banned.token))
        object(number, "'" + banned.token + "' is no part of a run: " + banned.why);
  }

  fs::path root_;
  const Lists& lists_;
  std::string file_, room_;
  std::map<std::string, std::string> types_;  // of the house, with the file of each
  std::vector<Objection> objections_;
};

bool left_out(const fs::path& path, const fs::path& root) {
  const std::string name = path.filename().string();
  const std::string from_root = path.lexically_relative(root).string();
  return (name.starts_with('.') && name != ".ci") || from_root.starts_with("build") || from_root == "out" ||
         from_root == "tests/tidy/planted";
}

}  // namespace

std::vector<Objection> check_tree(const fs::path& root, const Lists& lists) {
  std::vector<std::string> files;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && left_out(entry->path(), root)) entry.disable_recursion_pending();
    if (entry->is_regular_file() && !entry->is_symlink()) files.push_back(entry->path().lexically_relative(root).string());
  }
  std::sort(files.begin(), files.end());
  Checker checker(root, lists);
  for (const std::string& file : files) checker.check_file(file);
  return std::move(checker).result();
}

}  // namespace weir::tidy
