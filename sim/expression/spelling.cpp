#include "sim/expression/spelling.hpp"

#include "sim/data/encoding.hpp"
#include "sim/data/json.hpp"

namespace weir {

namespace {

std::string with_length(char mark, std::string_view text) {
  return mark + std::to_string(text.size()) + ":" + std::string(text);
}

}  // namespace

std::string spelt(const Path& path, Spelling spelling) {
  if (spelling == Spelling::readable) return path.to_text();
  std::string text;
  for (const Path::Step& step : path.steps) {
    const auto* name = std::get_if<std::string>(&step);
    text += name ? with_length('#', *name) : "[" + std::to_string(std::get<std::size_t>(step)) + "]";
  }
  return text;
}

std::string spelt_constant(std::string_view encoded, Spelling spelling) {
  return spelling == Spelling::exact ? with_length(':', encoded) : to_plain_text(decode_value(encoded));
}

}  // namespace weir
