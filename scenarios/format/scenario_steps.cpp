// What clients and operators do in a scenario file, step by step.
#include <nlohmann/json.hpp>
#include <set>

#include "scenarios/format/client_steps.hpp"
#include "scenarios/format/operator_steps.hpp"
#include "scenarios/format/scenario_parts.hpp"

namespace weir {

namespace {

std::string function_of(const Node& node, const Scenario& so_far) {
  std::vector<std::string> names;
  for (const FunctionSettings& function : so_far.functions) names.push_back(function.name);
  return node.known(names, "function");
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

Act read_act(const std::string& name, const Node& node, const Scenario& so_far, StreamsKnown& streams,
             OperatorStepReader& operators) {
  if (std::optional<Act> act = operators.read(name, node)) return *std::move(act);
  if (std::optional<Act> act = operators.read_of_table(name, node)) return *std::move(act);
  if (std::optional<Act> write = read_write_step(name, node, so_far)) return *std::move(write);
  if (std::optional<Act> read = read_read_step(name, node, so_far, operators)) return *std::move(read);
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
  known.emplace_back("sdk_retries");
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
    steps.push_back({at, read_act(act, members.need(act), so_far, streams, operators), read_sdk_retries(members)});
    if (members.has("sdk_retries") && !is_of_client(steps.back().act))
      members.need("sdk_retries")
          .refuse("sdk_retries of " + in_quotes(act), "those of a client's step, as put or get [WIRE-6]");
  }
  return steps;
}

}  // namespace weir
