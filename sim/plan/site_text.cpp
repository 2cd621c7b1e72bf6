#include "sim/plan/site_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/plan/operation.hpp"

namespace weir {

namespace {

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> kind_named(const SiteInfo& site, std::string_view text) {
  for (std::size_t i = 0; i < site.names.size(); ++i)
    if (site.names[i] == text) return static_cast<std::int64_t>(i);
  return std::nullopt;
}

// An outcome whose name ends in "call" carries the number of the call it strikes at.
bool counts_calls(std::string_view name) { return name.ends_with(" call"); }

std::optional<std::int64_t> parse_outcome(const SiteInfo& site, std::string_view text) {
  if (const auto kind = kind_named(site, text); kind && !counts_calls(text)) return pack_outcome({*kind, 0});
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto kind = kind_named(site, text.substr(0, space));
  const auto call = parse_integer(text.substr(space + 1));
  if (!kind || !counts_calls(site.names[static_cast<std::size_t>(*kind)]) || !call || *call < 0 || *call > 4095)
    return std::nullopt;
  return pack_outcome({*kind, *call});
}

// Put together on the stack: a fact of each operation carries it.
std::string operation_text(std::int64_t value) {
  const Operation op = ChoiceCodec<Operation>::decode(value);
  std::array<char, 64> room;
  char* end = room.data();
  const auto add = [&](std::string_view text) { end = std::copy(text.begin(), text.end(), end); };
  const auto add_number = [&](std::uint32_t number) { end = std::to_chars(end, room.data() + room.size(), number).ptr; };
  add(operation_kind_names[static_cast<std::size_t>(op.kind)]);
  if (op.kind != OperationKind::none) {
    add(" item ");
    add_number(op.item);
    add(" group ");
    add_number(op.group);
    add(" value ");
    add_number(op.value);
  }
  return {room.data(), end};
}

std::optional<std::int64_t> parse_operation(const SiteInfo& site, std::string_view text) {
  if (text == "none") return 0;
  const std::size_t item = text.find(" item "), group = text.find(" group "), value = text.find(" value ");
  if (item == std::string_view::npos || group == std::string_view::npos || value == std::string_view::npos || item > group ||
      group > value)
    return std::nullopt;
  const auto kind = kind_named(site, text.substr(0, item));
  const auto i = parse_integer(text.substr(item + 6, group - item - 6));
  const auto g = parse_integer(text.substr(group + 7, value - group - 7));
  const auto v = parse_integer(text.substr(value + 7));
  if (!kind || *kind == 0 || !i || !g || !v || *i < 0 || *i > 0xffff || *g < 0 || *g > 0xff || *v < 0 || *v > 0xffffffff)
    return std::nullopt;
  return ChoiceCodec<Operation>::encode({static_cast<OperationKind>(*kind), static_cast<std::uint16_t>(*i),
                                         static_cast<std::uint8_t>(*g), static_cast<std::uint32_t>(*v)});
}

}  // namespace

SiteBook::SiteBook(std::vector<SiteInfo> sites) : sites_(std::move(sites)) {
  for (std::size_t i = 0; i < sites_.size(); ++i)
    for (std::size_t j = i + 1; j < sites_.size(); ++j)
      SIM_CHECK(sites_[i].hash != sites_[j].hash, "no two sites share a name");
}

const SiteInfo* SiteBook::find(std::string_view name) const {
  for (const SiteInfo& site : sites_)
    if (site.name == name) return &site;
  return nullptr;
}

std::vector<std::string> SiteBook::names() const {
  std::vector<std::string> all;
  for (const SiteInfo& site : sites_) all.emplace_back(site.name);
  return all;
}

std::string value_text(const SiteInfo& site, std::int64_t value) {
  switch (site.type) {
    case SiteType::duration:
      return to_text(Duration(value));
    case SiteType::integer:
      return std::to_string(value);
    case SiteType::flag:
      return value ? "true" : "false";
    case SiteType::named:
      return std::string(site.names[static_cast<std::size_t>(value)]);
    case SiteType::outcome: {
      const CountedKind o = unpack_outcome(value);
      std::string text{site.names[static_cast<std::size_t>(o.kind)]};
      if (counts_calls(text)) text += " " + std::to_string(o.call);
      return text;
    }
    case SiteType::operation:
      return operation_text(value);
  }
  return {};
}

std::optional<std::int64_t> parse_value_text(const SiteInfo& site, std::string_view text) {
  switch (site.type) {
    case SiteType::duration: {
      const auto span = parse_duration(text);
      return span ? std::optional(span->count()) : std::nullopt;
    }
    case SiteType::integer:
      return parse_integer(text);
    case SiteType::flag:
      return text == "true" ? std::optional<std::int64_t>(1) : text == "false" ? std::optional<std::int64_t>(0) : std::nullopt;
    case SiteType::named:
      return kind_named(site, text);
    case SiteType::outcome:
      return parse_outcome(site, text);
    case SiteType::operation:
      return parse_operation(site, text);
  }
  return std::nullopt;
}

std::string envelope_text(const SiteInfo& site) {
  if (site.type == SiteType::operation) return "none | put | update | add | delete, each with item, group and value";
  if (site.type == SiteType::flag) return "false | true";
  if (site.names.empty()) {
    const std::string rare = site.rare_above == 0 ? "" : ", beyond " + value_text(site, site.rare_above) + " rarely";
    return value_text(site, site.low) + " .. " + value_text(site, site.high) + rare;
  }
  std::string text;
  for (const std::string_view name : site.names) {
    if (!text.empty()) text += " | ";
    text += name;
    if (site.type == SiteType::outcome && counts_calls(name)) text += " k";
  }
  return text;
}

}  // namespace weir
