#include "scenarios/play/client_acts.hpp"

#include <algorithm>

#include "scenarios/play/answers.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/expression/expression.hpp"

namespace weir {

namespace {

const Actor client = Actor::client(0);

// What a write step asks for, read from its texts. Whoever made the scenario has checked them.
Condition guard_of(const std::string& text, Placeholders& placeholders) {
  return text.empty() ? Condition() : *parse_condition(ExpressionKind::condition, text, placeholders);
}

Update set_all(const Item& attributes) {
  Update update;
  for (const auto& [name, value] : attributes.attributes()) update.set(Path::attribute(name), SetExpression(value));
  return update;
}

PutItem request_of(const PutStep& step, const World& world, const StepTime& now) {
  Placeholders placeholders(step.placeholders);
  return {.table = world.table(step.table),
          .item = now.resolve(step.table, step.item),
          .condition = guard_of(step.condition, placeholders),
          .return_values = step.returns,
          .on_condition_failure = step.on_condition_failure};
}

UpdateItem request_of(const UpdateStep& step, const World& world, const StepTime& now) {
  Placeholders placeholders(step.placeholders);
  const Update update =
      step.update.empty() ? set_all(now.resolve(step.table, step.set)) : *parse_update(step.update, placeholders);
  return {.table = world.table(step.table),
          .key = step.key,
          .update = update,
          .condition = guard_of(step.condition, placeholders),
          .return_values = step.returns,
          .on_condition_failure = step.on_condition_failure};
}

DeleteItem request_of(const DeleteStep& step, const World& world, const StepTime&) {
  Placeholders placeholders(step.placeholders);
  return {.table = world.table(step.table),
          .key = step.key,
          .condition = guard_of(step.condition, placeholders),
          .return_values = step.returns,
          .on_condition_failure = step.on_condition_failure};
}

ConditionCheck request_of(const CheckStep& step, const World& world, const StepTime&) {
  Placeholders placeholders(step.placeholders);
  return {.table = world.table(step.table),
          .key = step.key,
          .condition = guard_of(step.condition, placeholders),
          .on_condition_failure = step.on_condition_failure};
}

TransactWriteItems request_of(const TransactWriteStep& step, const World& world, const StepTime& now) {
  TransactWriteItems request{.actions = {}, .client_request_token = step.token};
  for (const TransactWriteStep::Action& action : step.actions)
    request.actions.push_back(
        std::visit([&](const auto& one) -> TransactWriteItem { return request_of(one, world, now); }, action));
  return request;
}

BatchWriteItem request_of(const BatchWriteStep& step, const World& world, const StepTime& now) {
  BatchWriteItem request{};
  for (const BatchWriteStep::Writes& writes : step.tables) {
    const TableId table = world.table(writes.table);
    for (const Item& put : writes.puts) request.requests.push_back({table, PutRequest{now.resolve(writes.table, put)}});
    for (const Item& key : writes.deletes) request.requests.push_back({table, DeleteRequest{key}});
  }
  return request;
}

// --- reads ------------------------------------------------------------------------------------------------------------

Projection projection_of(const std::string& text, Placeholders& placeholders) {
  return text.empty() ? Projection() : *parse_projection(text, placeholders);
}
Projection projection_of(const std::string& text, const ExpressionContext& context) {
  Placeholders placeholders(context);
  return projection_of(text, placeholders);
}

GetItem request_of(const GetStep& step, const World& world) {
  return {.table = world.table(step.table),
          .key = step.key,
          .projection = projection_of(step.projection, step.placeholders),
          .consistent_read = step.consistent};
}

BatchGetItem request_of(const BatchGetStep& step, const World& world) {
  BatchGetItem request{};
  for (const BatchGetStep::Keys& wanted : step.tables)
    request.tables.push_back(
        {world.table(wanted.table), wanted.keys, projection_of(wanted.projection, wanted.placeholders), wanted.consistent});
  return request;
}

TransactGetItems request_of(const TransactGetStep& step, const World& world) {
  TransactGetItems request{};
  for (const TransactGetStep::Get& get : step.gets)
    request.gets.push_back(
        {.table = world.table(get.table), .key = get.key, .projection = projection_of(get.projection, get.placeholders)});
  return request;
}

PageRequest request_of(const PagesAsked& asked, Placeholders& placeholders) {
  return {.index_name = asked.index,
          .filter = asked.filter.empty() ? Condition() : *parse_condition(ExpressionKind::filter, asked.filter, placeholders),
          .projection = projection_of(asked.projection, placeholders),
          .select = asked.select,
          .limit = asked.limit,
          .exclusive_start_key = asked.exclusive_start_key,
          .consistent_read = asked.consistent};
}

// An index may be gone by then, or have other keys than those that the step was read with. Without one the service refuses the
// Query whatever its condition says.
Result<KeyCondition> key_condition_of(const QueryStep& step, const TableSettings& table, Placeholders& placeholders) {
  const auto named = [&](const IndexSettings& index) { return index.name == step.asked.index; };
  const auto index = std::find_if(table.indexes.begin(), table.indexes.end(), named);
  if (index == table.indexes.end() && !step.asked.index.empty()) return KeyCondition{AttributeValue::null()};
  return parse_key_condition(step.key_condition, step.asked.index.empty() ? table.key : index->key, placeholders);
}

// A step of a client, from its act to the lines that tell what it was answered.
class ClientAct {
 public:
  ClientAct(World& world, const Act& act, std::size_t step, const StepTime& now)
      : world_(world), act_(act_name(act)), step_(step), now_(now) {}

  template <class Write>
  requires requires(const Write& write) { write.returns; }
  bool operator()(const Write& step) const {
    return tell(told(world_.call(request_of(step, world_, now_), client), step.returns));
  }
  bool operator()(const TransactWriteStep& step) const {
    return tell(told(world_.call(request_of(step, world_, now_), client, key())));
  }
  bool operator()(const BatchWriteStep& step) const {
    const BatchWriteItem request = request_of(step, world_, now_);
    return tell(told(world_.call(request, client, key()), request, world_));
  }
  bool operator()(const GetStep& step) const { return tell(told(world_.call(request_of(step, world_), client, key()))); }
  bool operator()(const BatchGetStep& step) const {
    return tell(told(world_.call(request_of(step, world_), client, key()), world_));
  }
  bool operator()(const TransactGetStep& step) const { return tell(told(world_.call(request_of(step, world_), client))); }
  bool operator()(const QueryStep& step) const {
    Placeholders placeholders(step.asked.placeholders);
    const TableId table = world_.table(step.asked.table);
    const Result<KeyCondition> keys = key_condition_of(step, world_.table_settings(table), placeholders);
    if (!keys) return tell(told(keys.failure()));
    return read_pages(
        Query{.table = table, .key = *keys, .page = request_of(step.asked, placeholders), .scan_index_forward = !step.reverse},
        step.asked);
  }
  bool operator()(const ScanStep& step) const {
    Placeholders placeholders(step.asked.placeholders);
    Scan scan{.table = world_.table(step.asked.table), .page = request_of(step.asked, placeholders)};
    if (step.total_segments > 0) scan.segment = Segment{step.segment, step.total_segments};
    return read_pages(std::move(scan), step.asked);
  }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }

 private:
  Key key() const { return Key("step", step_); }

  template <class Request>
  bool read_pages(Request request, const PagesAsked& asked) const {
    for (int page = 0; page < asked.pages; ++page) {
      const Key asking = page == 0 ? key() : key() / Key("page", static_cast<std::uint64_t>(page));
      const Result<Page> answer = world_.call(request, client, asking);
      const std::string which = asked.pages == 1 ? "" : "page " + std::to_string(page + 1) + ": ";
      tell(which + told(answer, asked.select == Select::count));
      if (!answer || answer->last_evaluated_key.empty()) break;
      request.page.exclusive_start_key = answer->last_evaluated_key;
    }
    return true;
  }

  bool tell(const std::string& what) const {
    if (what.empty()) return true;
    const std::string line = "step " + std::to_string(step_) + ": " + std::string(act_) + ": " + what;
    world_.kernel().note(Logged{client, cut_short(line)});
    return true;
  }

  World& world_;
  std::string_view act_;
  std::size_t step_;
  const StepTime& now_;
};

}  // namespace

bool take_client_act(World& world, const Act& act, std::size_t step, const StepTime& now) {
  return std::visit(ClientAct(world, act, step, now), act);
}

}  // namespace weir
