// The key of one asking of a choice site: a path of entities and ordinals, never a global counter, so that taking one
// choice away leaves the others their meaning.
//
//   text   "trigger mirror / shard 0.1 / batch 3 / attempt 2": parts "label value" joined by " / "
//   hash   a function of that text alone, so a key written by a person meets the one asked by the model
//
// A Key only borrows names: it lives for the statement that asks. At most 8 parts.
#pragma once

#include <algorithm>
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

// A name in a key, and its hash: whoever asks with the same name again and again keeps the hash beside it.
struct KeyName {
  KeyName() = default;
  KeyName(std::string_view name);
  KeyName(const std::string& name) : KeyName(std::string_view(name)) {}
  KeyName(const char* name) : KeyName(std::string_view(name)) {}
  KeyName(std::string_view name, std::uint64_t known_hash) : text(name), hash(known_hash) {}
  std::string_view text;
  std::uint64_t hash = 0;
};

class Key {
 public:
  Key(Label label, const KeyName& name) { append(label, name); }
  Key(Label label, std::uint64_t number) { append(label, number); }
  Key(const Key& other) { *this = other; }
  Key& operator=(const Key& other) {
    if (this == &other) return *this;
    size_ = other.size_;
    hash_ = other.hash_;
    std::copy_n(other.parts_, size_, parts_);
    return *this;
  }

  // key / Key("batch", 3): one part more.
  friend Key operator/(Key path, const Key& more) {
    for (std::size_t i = 0; i < more.size_; ++i) path.append(more.parts_[i]);
    return path;
  }
  Key& add(Label label, std::uint64_t number) { return append(label, number), *this; }
  Key& add(Label label, const KeyName& name) { return append(label, name), *this; }

  std::uint64_t hash() const { return hash_; }
  std::string to_text() const;

 private:
  struct Part {  // without initial values: a key is made for almost every choice, and most have few parts
    const char* label;
    const char* name;  // nullptr: the number counts
    std::size_t label_size, name_size;
    std::uint64_t number;
    std::uint64_t label_hash, value_hash;
  };
  static constexpr std::size_t most_parts = 8;

  void append(const Label& label, std::uint64_t number) {
    append({label.text.data(), nullptr, label.text.size(), 0, number, label.hash, mix(number)});
  }
  void append(const Label& label, const KeyName& name) {
    const char* const text = name.text.empty() ? nullptr : name.text.data();
    append({label.text.data(), text, label.text.size(), name.text.size(), 0, label.hash, name.hash});
  }
  void append(const Part& part) {
    SIM_CHECK(size_ < most_parts, "a key has at most eight parts");
    parts_[size_++] = part;
    hash_ = mix(mix(hash_, part.label_hash), part.value_hash);
  }

  std::size_t size_ = 0;
  std::uint64_t hash_ = 0;
  Part parts_[most_parts];
};

// The hash a key with this text has; nullopt when the text is no key.
std::optional<std::uint64_t> key_hash_of_text(std::string_view text);

}  // namespace weir
