#include "scenarios/format/json_layout.hpp"

#include <nlohmann/json.hpp>

#include "sim/data/json.hpp"

namespace weir {

namespace {
using nlohmann::ordered_json;
constexpr std::size_t columns = 120;

void append_line(std::string& out, const ordered_json& json) {
  if (json.is_string()) return append_json_string(out, json.get_ref<const std::string&>());
  if (!json.is_structured()) return void(out += json.dump());
  const bool object = json.is_object();
  if (json.empty()) return void(out += object ? "{}" : "[]");
  out += object ? "{ " : "[";
  bool first = true;
  for (auto it = json.begin(); it != json.end(); ++it) {
    if (!first) out += ", ";
    first = false;
    if (object) append_json_string(out, it.key()), out += ": ";
    append_line(out, *it);
  }
  out += object ? " }" : "]";
}

void append_laid(std::string& out, const ordered_json& json, std::size_t indent, std::size_t used, bool outermost) {
  std::string line;
  append_line(line, json);
  if (!json.is_structured() || json.empty() || (!outermost && used + line.size() < columns)) return void(out += line);
  const bool object = json.is_object();
  const std::string margin(indent + 2, ' ');
  out += object ? "{\n" : "[\n";
  bool first = true;
  for (auto it = json.begin(); it != json.end(); ++it) {
    if (!first) out += ",\n";
    first = false;
    out += margin;
    std::string name;
    if (object) append_json_string(name, it.key()), name += ": ";
    out += name;
    append_laid(out, *it, indent + 2, margin.size() + name.size(), false);
  }
  out += '\n' + std::string(indent, ' ') + (object ? '}' : ']');
}

}  // namespace

std::string laid_out(const ordered_json& json) {
  std::string out;
  append_laid(out, json, 0, 0, true);
  return out + '\n';
}

}  // namespace weir
