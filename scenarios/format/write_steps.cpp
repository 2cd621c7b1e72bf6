// Clients' writes, read from a scenario file and written back.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "scenarios/format/client_steps.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "scenarios/format/step_parts.hpp"

namespace weir {

namespace {

using nlohmann::ordered_json;

// In the order of ReturnValues; put and delete know the first two.                                             [OP-3]
constexpr std::array<const char*, 5> returns_names{"none", "all_old", "all_new", "updated_old", "updated_new"};
constexpr const char* on_failure = "return_values_on_condition_check_failure";

// Of a step by itself; an action of a transaction has no return_values.
enum class WriteAs : std::uint8_t { step, action };

std::vector<std::string> members_of(WriteAs as, std::vector<std::string> own) {
  own.insert(own.end(), {"condition", "names", "values"});
  if (as == WriteAs::step) own.emplace_back("return_values");
  own.emplace_back(on_failure);
  return own;
}

// What all writes have beside the item or key that they are about.
template <class Write>
void read_rest(const Members& members, const TableSettings& table, Write& write) {
  write.condition = text_of(members, "condition");
  write.placeholders = read_placeholders(members);
  refuse_times(members, write.placeholders, table);
  check_expressions(members, write.placeholders, table.key);
  if (const auto node = members.find(on_failure))
    write.on_condition_failure = static_cast<ReturnValuesOnConditionCheckFailure>(node->kind({"none", "all_old"}));
}

ReturnValues read_returns(const Members& members, std::size_t known) {
  const auto node = members.find("return_values");
  return node ? static_cast<ReturnValues>(node->kind({returns_names.begin(), returns_names.begin() + known}))
              : ReturnValues::none;
}

Item read_set(const Node& node, const TableSettings& table) {
  Item set = node.item();
  if (set.empty()) node.refuse("no attributes", "at least one attribute to set");
  if (set.has("")) node.at("").refuse("an attribute without a name", "the name of an attribute [ITEM-6]");
  for (const std::string& name : {table.key.partition, table.key.sort})
    if (!name.empty() && set.has(name))
      node.at(name).refuse("a key attribute", "attributes outside the key: a key never changes [TABLE-1]");
  check_ttl(node, set, table);
  return set;
}

// With neither a step sees to it that the item is there; of a transaction's action the service wants an expression.    [OP-2]
UpdateStep read_update(const Members& members, const TableSettings& table, WriteAs as) {
  UpdateStep step{.table = table.name, .key = read_item_key(members.need("key"), table)};
  const bool sets = members.has("set"), updates = members.has("update");
  if (sets && updates) members.node().refuse("both set and update", "one of the two");
  if (!sets && !updates && as == WriteAs::action) members.node().refuse("neither set nor update", "one of the two");
  if (const auto set = members.find("set")) step.set = read_set(*set, table);
  step.update = text_of(members, "update");
  read_rest(members, table, step);
  step.returns = read_returns(members, returns_names.size());
  return step;
}

// A write to one item; nullopt when `name` is none. Act and a transaction's action both can hold it.
template <class Write>
std::optional<Write> read_write(const std::string& name, const Node& node, const Scenario& so_far, WriteAs as) {
  if (name == "put") {
    const Members members(node, members_of(as, {"table", "item"}));
    const TableSettings& table = table_of(members.need("table"), so_far);
    PutStep put{table.name, read_whole_item(members.need("item"), table)};
    read_rest(members, table, put);
    put.returns = read_returns(members, 2);
    return put;
  }
  if (name == "update") {
    const Members members(node, members_of(as, {"table", "key", "set", "update"}));
    return read_update(members, table_of(members.need("table"), so_far), as);
  }
  if (name == "delete") {
    const Members members(node, members_of(as, {"table", "key"}));
    const TableSettings& table = table_of(members.need("table"), so_far);
    DeleteStep gone{table.name, read_item_key(members.need("key"), table)};
    read_rest(members, table, gone);
    gone.returns = read_returns(members, 2);
    return gone;
  }
  return std::nullopt;
}

CheckStep read_check(const Node& node, const Scenario& so_far) {
  const Members members(node, members_of(WriteAs::action, {"table", "key"}));
  const TableSettings& table = table_of(members.need("table"), so_far);
  CheckStep check{table.name, read_item_key(members.need("key"), table), {}};
  (void)members.need("condition");
  read_rest(members, table, check);
  return check;
}

// The table and key of what an action is about.
std::pair<std::string, ItemKey> item_of(const TransactWriteStep::Action& action, const Scenario& so_far) {
  return std::visit(
      [&](const auto& step) {
        const auto table = std::find_if(so_far.tables.begin(), so_far.tables.end(),
                                        [&](const TableSettings& one) { return one.name == step.table; });
        if constexpr (std::is_same_v<std::decay_t<decltype(step)>, PutStep>)
          return std::pair(step.table, *key_of_item(*table, step.item));
        else
          return std::pair(step.table, *ItemKey::of_key(table->key, step.key));
      },
      action);
}

TransactWriteStep read_transaction(const Node& node, const Scenario& so_far) {
  const Members members(node, {"actions", "token"});
  const std::vector<std::string> kinds{"put", "update", "delete", "check"};
  TransactWriteStep step;
  ItemsOnce items;
  const std::vector<Node> actions = members.need("actions").elements("an array of put, update, delete and check");
  if (actions.empty() || actions.size() > 100)
    members.need("actions").refuse(std::to_string(actions.size()) + " actions", "1 to 100 [TXN-1]");
  for (const Node& element : actions) {
    const Members action(element, kinds);
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const std::string& one) { return action.has(one); });
    if (kind == kinds.end() || element.json().size() != 1)
      element.refuse(std::to_string(element.json().size()) + " acts", "one act an action: " + one_of(kinds));
    const Node act = action.need(*kind);
    if (*kind == "check")
      step.actions.emplace_back(read_check(act, so_far));
    else
      step.actions.push_back(*read_write<TransactWriteStep::Action>(*kind, act, so_far, WriteAs::action));
    const auto [table, key] = item_of(step.actions.back(), so_far);
    items.add(element, table, key, "[TXN-1]");
  }
  if (const auto token = members.find("token")) step.token = token->text("a ClientRequestToken");
  if (step.token.size() > 36)
    members.need("token").refuse(std::to_string(step.token.size()) + " characters", "1 to 36 [TXN-2]");
  return step;
}

BatchWriteStep read_batch_write(const Node& node, const Scenario& so_far) {
  const Members members(node, {"tables"});
  const Node tables = members.need("tables");
  BatchWriteStep step;
  ItemsOnce items;
  for (const Node& element : tables.elements("an array of tables with their puts and deletes")) {
    const Members part(element, {"table", "puts", "deletes"});
    const TableSettings& table = table_of(part.need("table"), so_far);
    refuse_second_table(step.tables, table.name, part.need("table"));
    BatchWriteStep::Writes writes{table.name};
    if (const auto puts = part.find("puts"))
      for (const Node& put : puts->elements("an array of items")) {
        writes.puts.push_back(read_batch_item(put, table));
        items.add(put, table.name, *key_of_item(table, writes.puts.back()), "[BOP-1]");
      }
    if (const auto deletes = part.find("deletes"))
      for (const Node& gone : deletes->elements("an array of keys")) {
        writes.deletes.push_back(read_item_key(gone, table));
        items.add(gone, table.name, *ItemKey::of_key(table.key, writes.deletes.back()), "[BOP-1]");
      }
    if (writes.puts.empty() && writes.deletes.empty()) element.refuse("neither puts nor deletes", "at least one");
    step.tables.push_back(std::move(writes));
  }
  if (items.size() < 1 || items.size() > 25) tables.refuse(std::to_string(items.size()) + " writes", "1 to 25 [BOP-1]");
  return step;
}

// --- writing ------------------------------------------------------------------------------------------------------------

// A step that is about the item of a key.
template <class KeyStep>
ordered_json by_key(const KeyStep& step) {
  ordered_json json;
  json["table"] = step.table;
  json["key"] = item_to_json(step.key);
  return json;
}

template <class Write>
void write_rest(ordered_json& json, const Write& write) {
  write_text(json, "condition", write.condition);
  write_placeholders(json, write.placeholders);
  if (write.on_condition_failure != ReturnValuesOnConditionCheckFailure::none) json[on_failure] = "all_old";
}

void write_returns(ordered_json& json, ReturnValues returns) {
  if (returns != ReturnValues::none) json["return_values"] = returns_names[static_cast<std::size_t>(returns)];
}

ordered_json items_to_json(const std::vector<Item>& items) {
  ordered_json json = ordered_json::array();
  for (const Item& item : items) json.push_back(item_to_json(item));
  return json;
}

}  // namespace

bool is_of_client(const Act& act) {
  return std::visit([](const auto& step) { return std::is_invocable_v<ClientStepWriter, decltype(step)>; }, act);
}

std::optional<Act> read_write_step(const std::string& act, const Node& node, const Scenario& so_far) {
  if (act == "transact_write") return read_transaction(node, so_far);
  if (act == "batch_write") return read_batch_write(node, so_far);
  return read_write<Act>(act, node, so_far, WriteAs::step);
}

ordered_json ClientStepWriter::operator()(const PutStep& step) const {
  ordered_json json;
  json["table"] = step.table;
  json["item"] = item_to_json(step.item);
  write_rest(json, step);
  write_returns(json, step.returns);
  return json;
}

ordered_json ClientStepWriter::operator()(const UpdateStep& step) const {
  ordered_json json = by_key(step);
  if (!step.set.empty()) json["set"] = item_to_json(step.set);
  write_text(json, "update", step.update);
  write_rest(json, step);
  write_returns(json, step.returns);
  return json;
}

ordered_json ClientStepWriter::operator()(const DeleteStep& step) const {
  ordered_json json = by_key(step);
  write_rest(json, step);
  write_returns(json, step.returns);
  return json;
}

ordered_json ClientStepWriter::operator()(const CheckStep& step) const {
  ordered_json json = by_key(step);
  write_rest(json, step);
  return json;
}

ordered_json ClientStepWriter::operator()(const TransactWriteStep& step) const {
  constexpr std::array<const char*, 4> names{"put", "update", "delete", "check"};
  ordered_json json;
  json["actions"] = ordered_json::array();
  for (const TransactWriteStep::Action& action : step.actions) {
    ordered_json one;
    one[names[action.index()]] = std::visit(*this, action);
    json["actions"].push_back(std::move(one));
  }
  write_text(json, "token", step.token);
  return json;
}

ordered_json ClientStepWriter::operator()(const BatchWriteStep& step) const {
  ordered_json json;
  json["tables"] = ordered_json::array();
  for (const BatchWriteStep::Writes& writes : step.tables) {
    ordered_json part;
    part["table"] = writes.table;
    if (!writes.puts.empty()) part["puts"] = items_to_json(writes.puts);
    if (!writes.deletes.empty()) part["deletes"] = items_to_json(writes.deletes);
    json["tables"].push_back(std::move(part));
  }
  return json;
}

}  // namespace weir
