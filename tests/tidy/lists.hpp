// The tables that the checks go by, read from the text files beside this one. What a file may say stands at its head.
#pragma once

#include <regex.h>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace weir::tidy {

struct Objection {
  std::string file;  // from the root
  std::size_t line = 0;
  std::string what;
  friend auto operator<=>(const Objection&, const Objection&) = default;
};
std::string to_text(const Objection& objection);  // "file:line: what"

struct Banned {
  std::string token, why;
};

struct Permission {
  std::string file, what;  // file may end in * for any rest
};

class Word {
 public:
  Word(const std::string& pattern, std::string why);
  ~Word();
  Word(const Word&) = delete;
  Word& operator=(const Word&) = delete;
  Word(Word&& other) noexcept;
  Word& operator=(Word&&) = delete;

  bool stands_in(const std::string& line) const;
  const std::string& why() const { return why_; }

 private:
  regex_t compiled_{};
  bool owned_ = true;
  std::string why_;
};

struct Lists {
  std::map<std::string, int> floor_of;  // by room
  std::vector<std::string> header_never, room_never;
  std::vector<std::string> banned_scope;
  std::vector<Banned> banned;
  std::vector<Permission> permissions;
  std::set<std::string> rule_ids;
  std::vector<Word> words;
  std::vector<Objection> objections;  // to the lists themselves

  std::string room_of(const std::string& file) const;  // the longest room that holds the file, or ""
  bool permits(const std::string& file, const std::string& what) const;
};

// `own` may hold some of the files; those it lacks are taken from `common`.
Lists read_lists(const std::filesystem::path& common, const std::filesystem::path& own = {});

}  // namespace weir::tidy
