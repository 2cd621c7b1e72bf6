// The parsing half of json.hpp.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "sim/base/bad_input.hpp"
#include "sim/base/check.hpp"
#include "sim/data/json.hpp"

namespace weir {

namespace {
using nlohmann::json;

constexpr std::size_t max_levels = 200;

std::string json_literal(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

// Builds the document from the parser's events, which still carry the text of each number.
class ExactReader final : public nlohmann::json_sax<json> {
 public:
  ExactReader(std::string_view text, std::string_view where) : text_(text), where_(where) {}
  json take() { return std::move(root_); }

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t, const string_t& digits) override { return put(json::object({{"$N", digits}})); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return open_.pop_back(), true; }
  bool end_array() override { return open_.pop_back(), true; }

  bool key(string_t& name) override {
    if (open_.back()->contains(name))
      throw BadInput(here(), "the name " + json_literal(name) + " twice in one object", "each name once");
    name_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    const std::string_view before = text_.substr(0, position == 0 ? 0 : position - 1);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    std::string_view reason = error.what();
    if (const std::size_t colon = reason.find(": "); colon != std::string_view::npos) reason.remove_prefix(colon + 2);
    throw BadInput(where_ + " line " + std::to_string(line) + " column " + std::to_string(before.size() - line_begin + 1),
                   std::string(reason), "a JSON document");
  }

 private:
  json* place(json value) {
    if (open_.empty()) return root_ = std::move(value), &root_;
    json& parent = *open_.back();
    if (parent.is_object()) return &(parent[name_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }
  bool put(json value) { return place(std::move(value)), true; }
  bool open(json value) {
    if (open_.size() >= max_levels) throw BadInput(where_, "more than 200 levels of nesting", "at most 200 levels");
    open_.push_back(place(std::move(value)));
    return true;
  }
  // The pointer of the object now open.
  std::string here() const {
    std::string all = where_;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      const json& parent = *open_[i];
      if (parent.is_array()) {
        all += "/" + std::to_string(parent.size() - 1);
        continue;
      }
      for (const auto& [name, child] : parent.items()) {
        if (&child != open_[i + 1]) continue;
        all += '/';
        for (const char c : name) all += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
      }
    }
    return all;
  }

  std::string_view text_;
  std::string where_;
  json root_;
  std::vector<json*> open_;  // from the root to the innermost; only the last element of a parent is ever open, so none moves
  std::string name_;
};
}  // namespace

nlohmann::json parse_json_exactly(std::string_view text, std::string_view where) {
  ExactReader reader(text, where);
  const bool whole = json::sax_parse(text, &reader);
  SIM_CHECK(whole, "a parse that fails throws");
  return reader.take();
}

}  // namespace weir
