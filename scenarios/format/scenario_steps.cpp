// What clients and operators do in a scenario file, step by step.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/format/operator_steps.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/expression/expression.hpp"

namespace weir {

namespace {

std::string function_of(const Node& node, const Scenario& so_far) {
  std::vector<std::string> names;
  for (const FunctionSettings& function : so_far.functions) names.push_back(function.name);
  return node.known(names, "function");
}

// "@+90s", "@ms-1h", "@text+5min": see scenario.hpp.
bool is_relative_time(std::string_view text) {
  text.remove_prefix(1);
  if (text.starts_with("ms")) {
    text.remove_prefix(2);
  } else if (text.starts_with("text")) {
    text.remove_prefix(4);
  }
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  text.remove_prefix(1);
  return !text.empty() && text.front() != '-' && parse_duration(text).has_value();
}

void check_ttl(const Node& node, const Item& item, const TableSettings& table) {
  if (table.ttl.empty()) return;
  const auto text = item.find_string(table.ttl);
  if (text && text->starts_with('@') && !is_relative_time(*text))
    node.at(table.ttl).refuse("a time from the step's own on, such as \"@+90s\", \"@ms-1h\" or \"@text+5min\"");
}

template <class T>
void accept(const Result<T>& result, const Node& node) {
  if (!result) node.refuse(shown(node.json()), std::string(result.failure().message));
}

Item read_whole_item(const Node& node, const TableSettings& table) {
  Item item = node.item();
  accept(ItemKey::of(table.key, item), node);
  check_ttl(node, item, table);
  return item;
}

Item read_item_key(const Node& node, const TableSettings& table) {
  Item key = node.item();
  accept(ItemKey::of_key(table.key, key), node);
  return key;
}

Item read_set(const Node& node, const TableSettings& table) {
  Item set = node.item();
  if (set.empty()) node.refuse("no attributes", "at least one attribute to set");
  for (const std::string& name : {table.key.partition, table.key.sort})
    if (!name.empty() && set.has(name))
      node.at(name).refuse("a key attribute", "attributes outside the key: a key never changes [TABLE-1]");
  check_ttl(node, set, table);
  return set;
}

// Names and values of the step's expressions.                                                                    [EXPR-3]
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

// The texts of one step, which share its placeholders; an empty text is none. What the service refuses about them is refused
// here.
void check_expressions(const Members& members, const ExpressionContext& context, const KeySchema& key) {
  Placeholders placeholders(context);
  if (const auto update = members.find("update")) {
    const Result<Update> parsed = parse_update(update->text("an UpdateExpression"), placeholders);
    const Result<Done> fits = parsed ? parsed->check(key) : Result<Done>(parsed.failure());
    if (!fits) update->refuse(std::string(fits.failure().message), "an UpdateExpression such as \"SET n = n + :one\"");
  }
  if (const auto condition = members.find("condition")) {
    const Result<Condition> parsed =
        parse_condition(ExpressionKind::condition, condition->text("a ConditionExpression"), placeholders);
    if (!parsed)
      condition->refuse(std::string(parsed.failure().message), "a ConditionExpression such as \"attribute_not_exists(id)\"");
  }
  const Result<Done> used = placeholders.check_all_used();
  if (!used)
    members.node().refuse(std::string(used.failure().message), "only names and values that an expression uses [EXPR-3]");
}

std::string text_of(const Members& members, std::string_view name) {
  const auto node = members.find(name);
  return node ? node->text() : std::string();
}

UpdateStep read_update_step(const Members& members, const TableSettings& table) {
  UpdateStep step{.table = table.name, .key = read_item_key(members.need("key"), table)};
  if (members.has("set") == members.has("update"))
    members.node().refuse(members.has("set") ? "both set and update" : "neither set nor update", "one of the two");
  if (const auto set = members.find("set")) step.set = read_set(*set, table);
  step.update = text_of(members, "update");
  step.condition = text_of(members, "condition");
  step.placeholders = read_placeholders(members);
  check_expressions(members, step.placeholders, table.key);
  return step;
}

std::string read_shard_path(const Node& node) {
  if (node.json().is_number()) return std::to_string(node.integer(0, 1'000'000));
  std::string path = node.prose("a shard's path");
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  bool good = path.empty() || digit(path.back());
  for (std::size_t i = 0; i < path.size(); ++i)
    good = good && (digit(path[i]) || (path[i] == '.' && i > 0 && path[i - 1] != '.'));
  if (!good) node.refuse("a shard's path such as \"0\" or \"0.1\"; \"\" for all open shards");
  return path;
}

// Which tables can have had a stream by the step that is read. Whether one is on then, the run will show: it refuses.
//                                                                                              [STREAM-12] [STREAM-15]
struct StreamsKnown {
  std::set<std::string> tables;

  void need(const TableSettings& table, const Node& node) const {
    if (tables.contains(table.name)) return;
    node.refuse("the table " + in_quotes(table.name) + " has had no stream by this step",
                "a table with a stream, or with one that a step before enables");
  }
};

// A write to one item; nullopt when `name` is none. Act and a transaction's action both can hold it.
template <class Write>
std::optional<Write> read_write(const std::string& name, const Node& node, const Scenario& so_far) {
  if (name == "put") {
    const Members members(node, {"table", "item", "condition", "names", "values"});
    const TableSettings& table = table_of(members.need("table"), so_far);
    PutStep put{table.name, read_whole_item(members.need("item"), table), text_of(members, "condition"),
                read_placeholders(members)};
    check_expressions(members, put.placeholders, table.key);
    return put;
  }
  if (name == "update") {
    const Members members(node, {"table", "key", "set", "update", "condition", "names", "values"});
    return read_update_step(members, table_of(members.need("table"), so_far));
  }
  if (name == "delete") {
    const Members members(node, {"table", "key", "condition", "names", "values"});
    const TableSettings& table = table_of(members.need("table"), so_far);
    DeleteStep gone{table.name, read_item_key(members.need("key"), table), text_of(members, "condition"),
                    read_placeholders(members)};
    check_expressions(members, gone.placeholders, table.key);
    return gone;
  }
  return std::nullopt;
}

CheckStep read_check(const Node& node, const Scenario& so_far) {
  const Members members(node, {"table", "key", "condition", "names", "values"});
  const TableSettings& table = table_of(members.need("table"), so_far);
  CheckStep check{table.name, read_item_key(members.need("key"), table),
                  members.need("condition").text("a ConditionExpression"), read_placeholders(members)};
  check_expressions(members, check.placeholders, table.key);
  return check;
}

// The table and key of what an action is about, as text.
std::string item_of(const TransactWriteStep::Action& action, const Scenario& so_far) {
  return std::visit(
      [&](const auto& step) {
        const auto table = std::find_if(so_far.tables.begin(), so_far.tables.end(),
                                        [&](const TableSettings& one) { return one.name == step.table; });
        if constexpr (std::is_same_v<std::decay_t<decltype(step)>, PutStep>)
          return step.table + " " + ItemKey::of(table->key, step.item)->to_text();
        else
          return step.table + " " + ItemKey::of_key(table->key, step.key)->to_text();
      },
      action);
}

TransactWriteStep read_transaction(const Node& node, const Scenario& so_far) {
  const Members members(node, {"actions", "token"});
  const std::vector<std::string> kinds{"put", "update", "delete", "check"};
  TransactWriteStep step;
  std::set<std::string> items;
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
      step.actions.push_back(*read_write<TransactWriteStep::Action>(*kind, act, so_far));
    if (!items.insert(item_of(step.actions.back(), so_far)).second)
      element.refuse("an item that an action before it is about", "each item once [TXN-1]");
  }
  if (const auto token = members.find("token")) step.token = token->text("a ClientRequestToken");
  if (step.token.size() > 36)
    members.need("token").refuse(std::to_string(step.token.size()) + " characters", "1 to 36 [TXN-2]");
  return step;
}

Act read_act(const std::string& name, const Node& node, const Scenario& so_far, StreamsKnown& streams,
             OperatorStepReader& operators) {
  if (std::optional<Act> act = operators.read(name, node)) return *std::move(act);
  if (std::optional<Act> act = operators.read_of_table(name, node)) return *std::move(act);
  if (std::optional<Act> write = read_write<Act>(name, node, so_far)) return *std::move(write);
  if (name == "transact_write") return read_transaction(node, so_far);
  if (name == "delete_table") {
    const Members members(node, {"table"});
    return DeleteTableStep{table_of(members.need("table"), so_far).name};
  }
  if (name == "split_shard") {
    const Members members(node, {"table", "shard", "children"});
    const TableSettings& table = table_of(members.need("table"), so_far);
    streams.need(table, members.need("table"));
    SplitShardStep step{table.name, "", 2};
    if (const auto shard = members.find("shard")) step.shard = read_shard_path(*shard);
    if (const auto children = members.find("children")) step.children = children->small_integer(1, 16);
    return step;
  }
  if (name == "fail_invocations") {
    const Members members(node, {"function", "count"});
    FailInvocationsStep step{function_of(members.need("function"), so_far), 1};
    if (const auto count = members.find("count")) step.count = count->small_integer(1, 1'000'000);
    return step;
  }
  if (name == "update_capacity") {
    const Members members(node, {"table", "billing", "read", "write", "indexes"});
    return read_update_capacity(members, operators.table_now(members.need("table")));
  }
  if (name == "set_role") {
    const Role role = read_role(node);
    (void)read_role_name(node.at("name"), so_far);
    return SetRoleStep{role};
  }
  const bool enable = name == "enable_stream";
  const Members members = enable ? Members(node, {"table", "view"}) : Members(node, {"table"});
  const TableSettings& table = table_of(members.need("table"), so_far);
  if (!enable) {
    streams.need(table, members.need("table"));
    return DisableStreamStep{table.name};
  }
  streams.tables.insert(table.name);
  EnableStreamStep step{table.name};
  const std::vector<std::string> views{"keys_only", "new_image", "old_image", "new_and_old_images"};
  if (const auto view = members.find("view")) step.view = static_cast<StreamView>(1 + view->kind(views));
  return step;
}

}  // namespace

std::vector<Step> read_steps(const Node& node, const Scenario& so_far) {
  const std::vector<std::string> acts(act_names.begin(), act_names.end());
  std::vector<std::string> known{"at"};
  known.insert(known.end(), acts.begin(), acts.end());
  StreamsKnown streams;
  for (const TableSettings& table : so_far.tables)
    if (table.stream != StreamView::none) streams.tables.insert(table.name);
  OperatorStepReader operators(so_far);
  std::vector<Step> steps;
  for (const Node& element : node.elements("an array of steps")) {
    const Members members(element, known);
    const Duration at = members.need("at").span(0s, so_far.run_for, "within run_for");
    if (!steps.empty() && at < steps.back().at)
      members.need("at").refuse(to_text(at) + " after a step at " + to_text(steps.back().at), "steps in order of time");
    std::string act;
    for (const std::string& name : acts) {
      if (!members.has(name)) continue;
      if (!act.empty()) members.need(name).refuse("a second act, beside \"" + act + "\"", "one act a step");
      act = name;
    }
    if (act.empty()) element.refuse("no act", "one of " + one_of(acts));
    steps.push_back({at, read_act(act, members.need(act), so_far, streams, operators)});
  }
  return steps;
}

}  // namespace weir
