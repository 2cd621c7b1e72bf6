// The key of one asking of a choice site: a path of entities and ordinals, never a global counter, so that taking one
// choice away leaves the others their meaning.
//
//   text   "trigger mirror / shard 0.1 / batch 3 / attempt 2": parts "label value" joined by " / "
//   hash   a function of that text alone, so a key written by a person meets the one asked by the model
//
// A Key only borrows names: it lives for the statement that asks. At most 7 parts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"
#include "sim/plan/site.hpp"

namespace weir {

struct Label {
  template <std::size_t N>
  consteval Label(const char (&literal)[N]) : text(literal, N - 1), hash(name_hash(text)) {}
  std::string_view text;
  std::uint64_t hash;
};

class Key {
 public:
  struct Part {
    std::string_view label;
    std::string_view name;  // empty: the number counts
    std::uint64_t number = 0;
  };

  Key(Label label, std::string_view name) { append(label.text, label.hash, {label.text, name, 0}); }
  Key(Label label, std::uint64_t number) { append(label.text, label.hash, {label.text, {}, number}); }

  // key / Key("batch", 3): one part more.
  friend Key operator/(Key path, const Key& more) {
    for (std::size_t i = 0; i < more.size_; ++i)
      path.append(more.parts_[i].label, name_hash(more.parts_[i].label), more.parts_[i]);
    return path;
  }
  Key& add(Label label, std::uint64_t number) { return append(label.text, label.hash, {label.text, {}, number}), *this; }
  Key& add(Label label, std::string_view name) { return append(label.text, label.hash, {label.text, name, 0}), *this; }

  std::uint64_t hash() const { return hash_; }
  std::string to_text() const;

 private:
  void append(std::string_view label, std::uint64_t label_hash, Part part);

  std::array<Part, 7> parts_{};
  std::size_t size_ = 0;
  std::uint64_t hash_ = 0;
};

// The hash a key with this text has; nullopt when the text is no key.
std::optional<std::uint64_t> key_hash_of_text(std::string_view text);

}  // namespace weir
