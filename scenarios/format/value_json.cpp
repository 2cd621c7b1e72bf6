#include "scenarios/format/value_json.hpp"

#include <nlohmann/json.hpp>

#include "sim/base/bad_input.hpp"
#include "sim/plan/operation.hpp"

namespace weir {

namespace {

std::int64_t operation_from(const Node& node) {
  const Members act(node, {"put", "update", "add", "delete"});
  if (node.json().size() != 1)
    node.refuse("one of put, update, add or delete, such as {\"put\":{\"item\":0,\"group\":0,\"value\":1}}");
  const std::string name = node.json().begin().key();
  const Members what(act.need(name), {"item", "group", "value"});
  Operation operation;
  for (std::size_t i = 1; i < operation_kind_names.size(); ++i)
    if (operation_kind_names[i] == name) operation.kind = static_cast<OperationKind>(i);
  operation.item = static_cast<std::uint16_t>(what.need("item").integer(0, 0xffff));
  if (const auto group = what.find("group")) operation.group = static_cast<std::uint8_t>(group->integer(0, 0xff));
  if (const auto value = what.find("value")) operation.value = static_cast<std::uint32_t>(value->integer(0, 0xffff'ffff));
  return ChoiceCodec<Operation>::encode(operation);
}

std::optional<std::int64_t> encoded_from(const SiteInfo& site, const nlohmann::json& json) {
  if (json.is_string()) return parse_value_text(site, json.get_ref<const std::string&>());
  const bool plain =
      site.type == SiteType::integer ? json.is_number_integer() : site.type == SiteType::flag && json.is_boolean();
  return plain ? parse_value_text(site, json.dump()) : std::nullopt;
}

}  // namespace

nlohmann::ordered_json value_to_json(const SiteInfo& site, std::int64_t value) {
  if (site.type == SiteType::integer) return value;
  if (site.type == SiteType::flag) return value != 0;
  if (site.type != SiteType::operation || value == 0) return value_text(site, value);
  const Operation operation = ChoiceCodec<Operation>::decode(value);
  nlohmann::ordered_json what;
  what["item"] = operation.item;
  what["group"] = operation.group;
  what["value"] = operation.value;
  nlohmann::ordered_json act;
  act[std::string(operation_kind_names[static_cast<std::size_t>(operation.kind)])] = std::move(what);
  return act;
}

bool in_envelope(const SiteInfo& site, std::int64_t value) {
  // Outcomes and operations are bounded by their parts, which reading them has checked.
  if (site.type == SiteType::outcome || site.type == SiteType::operation) return true;
  return value >= site.low && value <= site.high;
}

std::int64_t value_from_node(const SiteInfo& site, const Node& node) {
  if (site.type == SiteType::operation && node.json().is_object()) return operation_from(node);
  const std::optional<std::int64_t> value = encoded_from(site, node.json());
  const std::string accepted = std::string(site.name) + " is " + envelope_text(site);
  if (!value) {
    if (!node.json().is_string()) node.refuse(accepted);
    const std::vector<std::string> names(site.names.begin(), site.names.end());
    node.refuse(shown(node.json()), accepted + did_you_mean(node.json().get_ref<const std::string&>(), names));
  }
  if (!in_envelope(site, *value)) node.refuse(shown(node.json()) + " is outside the envelope", accepted);
  return *value;
}

const SiteInfo& site_from_node(const SiteBook& book, const Node& node, std::string_view name) {
  if (const SiteInfo* site = book.find(name)) return *site;
  node.refuse("no choice site is called " + in_quotes(name),
              "a site that `weir choices` lists" + did_you_mean(name, book.names()));
}

}  // namespace weir
