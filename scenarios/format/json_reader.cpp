#include "scenarios/format/json_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/json_place.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/base/check.hpp"
#include "sim/data/json.hpp"

namespace weir {

namespace {

std::string with_note(std::string text, std::string_view note) {
  if (!note.empty()) text += (note.front() == '[' ? " " : ", ") + std::string(note);
  return text;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_but_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

// A number that is no 64-bit integer was kept as {"$N": "its text"}; the person wrote the number.
bool is_kept_number(const nlohmann::json& value) {
  return value.is_object() && value.size() == 1 && value.begin().key() == "$N" && value.begin().value().is_string();
}

std::string strings_of(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  quoted.reserve(names.size());
  for (const std::string& name : names) quoted.push_back('"' + name + '"');
  return one_of(quoted);
}

}  // namespace

std::string Document::place(std::string_view pointer) const {
  std::string shown_pointer;  // on one line, whatever a person named a member
  for (const char c : pointer) shown_pointer += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  if (text_.empty()) return file_ + (pointer.empty() ? "" : " " + shown_pointer);  // written as a value: it has no lines
  for (std::string_view at = pointer;; at = parent_pointer(at)) {
    if (!patch_.empty() && !at.empty()) {
      const std::string patched = patch_ + std::string(at);
      if (const auto line = line_of(text_, patched))
        return file_ + " line " + std::to_string(*line) + " " + patch_ + shown_pointer;
    }
    if (const auto line = line_of(text_, at))
      return file_ + " line " + std::to_string(*line) + (pointer.empty() ? "" : " " + shown_pointer);
    if (at.empty()) return file_;
  }
}

bool Document::holds(std::string_view pointer) const {
  return line_of(text_, pointer) || (!patch_.empty() && line_of(text_, patch_ + std::string(pointer)));
}

nlohmann::json parse_document(std::string_view text, std::string_view file_name) {
  try {
    return parse_json_exactly(text, file_name);
  } catch (const BadInput& wrong) {
    // A name twice, or too many levels: the file, and the pointer of the object.
    const std::string_view pointer = std::string_view(wrong.where).substr(file_name.size());
    if (!pointer.empty() && pointer.front() != '/') throw;
    throw BadInput(Document(text, file_name).place(pointer), wrong.found, wrong.accepted);
  }
}

std::string shown(const nlohmann::json& value) {
  constexpr std::size_t most = 60;
  if (is_kept_number(value)) return value.begin().value().get<std::string>().substr(0, most);
  std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (text.size() > most) text = text.substr(0, most) + "...";
  return text;
}

std::string in_quotes(std::string_view text) { return shown(nlohmann::json(text)); }

std::string one_of(const std::vector<std::string>& names) {
  std::string all;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i) all += i + 1 == names.size() ? " or " : ", ";
    all += names[i];
  }
  return all;
}

Node Node::at(std::string_view name) const {
  static const nlohmann::json nothing;
  const auto found = value_->is_object() ? value_->find(name) : value_->end();
  return {found == value_->end() ? nothing : *found, *document_, pointer_to(pointer_, name)};
}

Node Node::at(std::size_t index) const {
  static const nlohmann::json nothing;
  const bool there = value_->is_array() && index < value_->size();
  return {there ? (*value_)[index] : nothing, *document_, pointer_to(pointer_, index)};
}

void Node::refuse(std::string found, std::string accepted) const {
  throw BadInput(document_->place(pointer_), std::move(found), std::move(accepted));
}

void Node::refuse(std::string accepted) const { refuse(shown(*value_), std::move(accepted)); }

std::string Node::text(std::string_view what) const {
  if (!value_->is_string()) refuse(std::string(what) + ", in quotes");
  auto text = value_->get<std::string>();
  if (text.empty()) refuse("an empty text", std::string(what));
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), control)) refuse(std::string(what) + ", without control characters");
  return text;
}

std::string Node::prose(std::string_view what) const {
  if (!value_->is_string()) refuse(std::string(what) + ", in quotes");
  return value_->get<std::string>();
}

std::int64_t Node::integer(std::int64_t low, std::int64_t high, std::string_view note) const {
  const std::string accepted = with_note("a whole number from " + std::to_string(low) + " to " + std::to_string(high), note);
  const bool fits = value_->is_number_unsigned()
                        ? value_->get<std::uint64_t>() <= static_cast<std::uint64_t>(std::max<std::int64_t>(high, 0))
                        : value_->is_number_integer();
  if (!fits) refuse(accepted);
  const auto number = value_->get<std::int64_t>();
  if (number < low || number > high) refuse(accepted);
  return number;
}

int Node::small_integer(int low, int high, std::string_view note) const { return static_cast<int>(integer(low, high, note)); }

bool Node::flag() const {
  if (!value_->is_boolean()) refuse("true or false");
  return value_->get<bool>();
}

Duration Node::span(Duration low, Duration high, std::string_view note) const {
  const std::string range = "from " + to_text(low) + " to " + to_text(high);
  if (!value_->is_string()) refuse(with_note("a span of time in quotes, such as \"90s\" or \"1h30min\", " + range, note));
  const std::optional<Duration> span = parse_duration(value_->get_ref<const std::string&>());
  if (!span) refuse(with_note("a span of time with units h min s ms us, largest first, such as \"1h30min\", " + range, note));
  if (*span < low || *span > high) refuse(with_note("a span of time " + range, note));
  return *span;
}

Item Node::item() const {
  if (!value_->is_object()) refuse("an item: an object of attributes");
  try {
    return plain_item(*value_, pointer_);
  } catch (const BadInput& wrong) {
    // The "$N" that a number was kept under is not the person's.
    const bool kept = wrong.where.ends_with("/$N") && !document_->holds(wrong.where);
    const std::string pointer = kept ? std::string(parent_pointer(wrong.where)) : wrong.where;
    throw BadInput(document_->place(pointer), wrong.found, wrong.accepted);
  }
}

std::size_t Node::kind(const std::vector<std::string>& names) const {
  if (!value_->is_string()) refuse(strings_of(names));
  const auto& text = value_->get_ref<const std::string&>();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (same_but_case(names[i], text)) return i;
  refuse(shown(*value_), strings_of(names) + did_you_mean(text, names));
}

std::vector<Node> Node::elements(std::string_view what) const {
  if (!value_->is_array()) refuse(std::string(what));
  std::vector<Node> all;
  for (std::size_t i = 0; i < value_->size(); ++i) all.push_back(at(i));
  return all;
}

std::vector<std::pair<std::string, Node>> Node::entries(std::string_view what) const {
  if (!value_->is_object() || is_kept_number(*value_)) refuse(std::string(what));
  std::vector<std::pair<std::string, Node>> all;
  for (const auto& [name, value] : value_->items()) all.emplace_back(name, Node(value, *document_, pointer_to(pointer_, name)));
  return all;
}

std::string Node::known(const std::vector<std::string>& names, std::string_view kind_of_thing) const {
  std::string name = text("the name of a " + std::string(kind_of_thing));
  if (std::find(names.begin(), names.end(), name) != names.end()) return name;
  const std::string found = "no " + std::string(kind_of_thing) + " is called " + shown(*value_);
  if (names.empty()) refuse(found, "the scenario has none");
  refuse(found, strings_of(names) + did_you_mean(name, names));
}

Members::Members(const Node& node, std::initializer_list<std::string_view> known)
    : Members(node, std::vector<std::string>(known.begin(), known.end())) {}

Members::Members(const Node& node, const std::vector<std::string>& known) : node_(node) {
  for (const auto& [name, value] : node.entries()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    value.refuse("unknown member " + in_quotes(name), one_of(known) + did_you_mean(name, known));
  }
}

bool Members::has(std::string_view name) const { return node_.json().contains(name); }

std::optional<Node> Members::find(std::string_view name) const {
  if (!has(name)) return std::nullopt;
  return node_.at(name);
}

Node Members::need(std::string_view name) const {
  if (!has(name)) node_.refuse("no member \"" + std::string(name) + "\"", "\"" + std::string(name) + "\" is required");
  return node_.at(name);
}

}  // namespace weir
