// Reads typed values out of a JSON document that a person wrote; whatever does not fit is one BadInput with file, line and
// JSON pointer.
//
//   Document  the text as it came, so that an error can name its line
//   Node      one value and the pointer to it
//   Members   an object whose members are all known: made from the list of their names, refuses any other
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/data/item.hpp"

namespace weir {

class Document {
 public:
  // `patch` is the pointer of the merge patch laid over the document ("/variants/broken"), or empty.
  Document(std::string_view text, std::string_view file_name) : text_(text), file_(file_name) {}
  void lay_over(std::string patch) { patch_ = std::move(patch); }

  // "orders.json line 12 /mappings/0/batch_size". A value that came from the patch is named by its place there; one that is
  // nowhere by what would hold it.
  std::string place(std::string_view pointer) const;
  bool holds(std::string_view pointer) const;  // whether such a value was written

 private:
  std::string_view text_;
  std::string file_;
  std::string patch_;
};

// parse_json_exactly, its errors with a line whatever they are.
nlohmann::json parse_document(std::string_view text, std::string_view file_name);

// A value of a JSON document, shortened for an error message.
std::string shown(const nlohmann::json& value);
std::string in_quotes(std::string_view text);  // the same for a text
// "a, b or c".
std::string one_of(const std::vector<std::string>& names);

// `note` ends what is accepted: "[ESM-4]", "within run_for".
class Node {
 public:
  Node(const nlohmann::json& value, const Document& document, std::string pointer)
      : value_(&value), document_(&document), pointer_(std::move(pointer)) {}

  const nlohmann::json& json() const { return *value_; }
  const std::string& pointer() const { return pointer_; }
  Node at(std::string_view name) const;
  Node at(std::size_t index) const;

  [[noreturn]] void refuse(std::string found, std::string accepted) const;
  [[noreturn]] void refuse(std::string accepted) const;  // found: the value itself

  std::string text(std::string_view what = "a text") const;   // a JSON string that is not empty, without control characters
  std::string prose(std::string_view what = "a text") const;  // any JSON string
  std::int64_t integer(std::int64_t low, std::int64_t high, std::string_view note = "") const;
  int small_integer(int low, int high, std::string_view note = "") const;
  bool flag() const;
  Duration span(Duration low, Duration high, std::string_view note = "") const;
  Item item() const;                                                     // plain JSON
  std::size_t kind(const std::vector<std::string>& names) const;         // which of the names; upper or lower case
  std::vector<Node> elements(std::string_view what = "an array") const;  // of an array
  std::vector<std::pair<std::string, Node>> entries(std::string_view what = "an object") const;  // in the order of names
  // A text that is one of the known names of something: "no table 'x' (did you mean 'y'?)".
  std::string known(const std::vector<std::string>& names, std::string_view kind_of_thing) const;

 private:
  const nlohmann::json* value_;
  const Document* document_;
  std::string pointer_;
};

class Members {
 public:
  Members(const Node& node, std::initializer_list<std::string_view> known);
  Members(const Node& node, const std::vector<std::string>& known);

  const Node& node() const { return node_; }
  bool has(std::string_view name) const;
  std::optional<Node> find(std::string_view name) const;
  Node need(std::string_view name) const;

 private:
  Node node_;
};

}  // namespace weir
