#include "scenarios/format/step_parts.hpp"

#include <nlohmann/json.hpp>

#include "scenarios/format/relative_time.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "sim/data/json.hpp"
#include "sim/expression/expression.hpp"
#include "sim/expression/key_condition.hpp"
#include "sim/expression/projection.hpp"
#include "sim/table/key_within.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

template <class T>
void accept(const Result<T>& result, const Node& node) {
  if (!result) node.refuse(shown(node.json()), std::string(result.failure().message));
}

template <class T>
void accept_text(const Result<T>& parsed, const Node& node, std::string accepted) {
  if (!parsed) node.refuse(std::string(parsed.failure().message), std::move(accepted));
}

}  // namespace

void check_ttl(const Node& node, const Item& item, const TableSettings& table) {
  if (table.ttl.empty()) return;
  const auto text = item.find_string(table.ttl);
  if (text && text->starts_with('@') && !relative_time(*text, 0))
    node.at(table.ttl).refuse("a time from the step's own on, such as \"@+90s\", \"@ms-1h\" or \"@text+5min\"");
}

Result<ItemKey> key_of_item(const TableSettings& table, const Item& item) {
  return ItemKey::of(table.key, resolve_times(item, {table.ttl}, 0));
}

Item read_whole_item(const Node& node, const TableSettings& table) {
  Item item = node.item();
  check_ttl(node, item, table);
  accept(key_of_item(table, item), node);
  return item;
}

Item read_batch_item(const Node& node, const TableSettings& table) {
  Item item = node.item();
  check_ttl(node, item, table);
  accept(key_within(table.key, resolve_times(item, {table.ttl}, 0)), node);
  return item;
}

Item read_item_key(const Node& node, const TableSettings& table) {
  Item key = node.item();
  accept(ItemKey::of_key(table.key, key), node);
  return key;
}

void ItemsOnce::add(const Node& node, const std::string& table, const ItemKey& key, std::string_view rule) {
  if (!items_.insert(table + " " + key.to_text()).second)
    node.refuse("the item " + in_quotes(key.to_text()) + " of " + in_quotes(table) + " twice",
                "each item once " + std::string(rule));
}

std::string text_of(const Members& members, std::string_view name) {
  const auto node = members.find(name);
  return node ? node->text() : std::string();
}

ExpressionContext read_placeholders(const Members& members) {
  ExpressionContext context;
  if (const auto names = members.find("names"))
    for (const auto& [placeholder, name] : names->entries("an object: \"#n\" -> attribute name"))
      context.names[placeholder] = name.text("an attribute name");
  if (const auto values = members.find("values")) context.values = values->item().attributes();
  const Result<Done> sound = Placeholders(context).check();
  if (!sound)
    members.node().refuse(std::string(sound.failure().message), "names such as \"#n\" and values such as \":v\" [EXPR-3]");
  return context;
}

void refuse_times(const Members& members, const ExpressionContext& context, const TableSettings& table) {
  if (table.ttl.empty()) return;
  for (const auto& [placeholder, value] : context.values)
    if (const std::string* text = value.as_string(); text && relative_time(*text, 0))
      members.need("values")
          .at(placeholder)
          .refuse(in_quotes(*text) + " among the values",
                  "a time of that form in \"item\" or \"set\", in the TTL attribute [TTL-1]");
}

void check_expressions(const Members& members, const ExpressionContext& context, const KeySchema& keys) {
  Placeholders placeholders(context);
  if (const auto update = members.find("update")) {
    const Result<Update> parsed = parse_update(update->text("an UpdateExpression"), placeholders);
    const Result<Done> fits = parsed ? parsed->check(keys) : Result<Done>(parsed.failure());
    accept_text(fits, *update, "an UpdateExpression such as \"SET n = n + :one\"");
  }
  if (const auto condition = members.find("condition"))
    accept_text(parse_condition(ExpressionKind::condition, condition->text("a ConditionExpression"), placeholders), *condition,
                "a ConditionExpression such as \"attribute_not_exists(id)\"");
  const auto key_condition = members.find("key_condition");
  if (key_condition)
    accept_text(parse_key_condition(key_condition->text("a KeyConditionExpression"), keys, placeholders), *key_condition,
                "a KeyConditionExpression such as \"id = :id\" [QRY-1]");
  if (const auto filter = members.find("filter")) {
    const Result<Condition> parsed = parse_condition(ExpressionKind::filter, filter->text("a FilterExpression"), placeholders);
    accept_text(parsed, *filter, "a FilterExpression such as \"n > :least\"");
    if (key_condition)
      accept_text(check_query_filter(*parsed, keys), *filter, "attributes outside the key that is read by [QRY-4]");
  }
  if (const auto projection = members.find("projection"))
    accept_text(parse_projection(projection->text("a ProjectionExpression"), placeholders), *projection,
                "a ProjectionExpression such as \"id, n\"");
  const Result<Done> used = placeholders.check_all_used();
  if (!used)
    members.node().refuse(std::string(used.failure().message), "only names and values that an expression uses [EXPR-3]");
}

void write_text(ordered_json& json, const char* name, const std::string& text) {
  if (!text.empty()) json[name] = text;
}

void write_placeholders(ordered_json& json, const ExpressionContext& context) {
  for (const auto& [placeholder, name] : context.names) json["names"][placeholder] = name;
  for (const auto& [placeholder, value] : context.values) json["values"][placeholder] = ordered_json(to_plain_json(value));
}

ordered_json item_to_json(const Item& item) { return ordered_json(to_plain_json(item)); }

}  // namespace weir
