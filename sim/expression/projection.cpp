#include "sim/expression/projection.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "sim/data/encoding.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/expression/lowering.hpp"

namespace weir {

namespace {

// How many paths from the front share the step at `depth`. Paths are sorted, so that those of one child stand together.
std::size_t same_step(std::span<const Path> paths, std::size_t depth) {
  std::size_t count = 1;
  while (count < paths.size() && paths[count].steps[depth] == paths.front().steps[depth]) ++count;
  return count;
}

// What paths that share their first `depth` steps, which lead to `value`, take from it.
std::optional<AttributeValue> taken(const AttributeValue& value, std::span<const Path> paths, std::size_t depth) {
  if (paths.front().steps.size() == depth) return value;
  AttributeMap entries;
  AttributeList elements;
  for (; !paths.empty();) {
    const std::size_t count = same_step(paths, depth);
    const Path::Step& step = paths.front().steps[depth];
    if (const auto* name = std::get_if<std::string>(&step)) {
      const AttributeMap* const map = value.as_map();
      const auto found = map ? map->find(*name) : AttributeMap::const_iterator();
      std::optional<AttributeValue> part;
      if (map && found != map->end()) part = taken(found->second, paths.first(count), depth + 1);
      if (part) entries.insert_or_assign(*name, std::move(*part));
    } else {
      const AttributeList* const list = value.as_list();
      const std::size_t index = std::get<std::size_t>(step);
      std::optional<AttributeValue> part;
      if (list && index < list->size()) part = taken((*list)[index], paths.first(count), depth + 1);
      if (part) elements.push_back(std::move(*part));
    }
    paths = paths.subspan(count);
  }
  if (!entries.empty()) return AttributeValue::map(std::move(entries));
  if (!elements.empty()) return AttributeValue::list(std::move(elements));
  return std::nullopt;
}

}  // namespace

Result<Projection> Projection::of(std::vector<Path> paths) {
  for (std::size_t two = 1; two < paths.size(); ++two)
    for (std::size_t one = 0; one < two; ++one) {
      const std::string clash = path_clash(paths[one], paths[two]);
      if (!clash.empty()) return failed(ExpressionKind::projection, Refused{clash});
    }
  std::sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) { return a.steps < b.steps; });
  return Projection(std::move(paths));
}

Item Projection::apply(const Item& item) const {
  if (empty()) return item;
  ItemBuilder builder;
  for (std::span<const Path> rest = paths_; !rest.empty();) {
    const std::size_t count = same_step(rest, 0);
    const auto& name = std::get<std::string>(rest.front().steps.front());
    const std::string_view whole = item.find_encoded(name);
    if (!whole.empty() && rest.front().steps.size() == 1) {
      builder.encoded(name, whole);
    } else if (!whole.empty()) {
      const auto part = taken(decode_value(whole), rest.first(count), 1);
      if (part) builder.value(name, *part);
    }
    rest = rest.subspan(count);
  }
  return builder.finish();
}

std::string Projection::to_text() const {
  std::string text;
  for (const Path& path : paths_) text += (text.empty() ? "" : ", ") + path.to_text();
  return text;
}

Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders) {
  const auto paths = read_expression(ExpressionKind::projection, text, placeholders, [&] {
    const std::vector<Syntax> syntax = read_projection(text);
    for (const Syntax& path : syntax) check_condition_words(path);
    std::vector<Path> read;
    read.reserve(syntax.size());
    for (const Syntax& path : syntax) read.push_back(path_of(path, placeholders));
    return read;
  });
  if (!paths) return paths.failure();
  return Projection::of(*paths);
}

}  // namespace weir
