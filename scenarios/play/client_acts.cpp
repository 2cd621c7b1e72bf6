#include "scenarios/play/client_acts.hpp"

#include <algorithm>

#include "scenarios/play/answers.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/expression/expression.hpp"

namespace weir {

namespace {

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

void tell(Kernel& kernel, const Act& act, std::size_t step, const std::string& what) {
  const std::string line = "step " + std::to_string(step) + ": " + std::string(act_name(act)) + ": " + what;
  kernel.note(Logged{Actor::client(0), cut_short(line)});
}

// The first call of a client's step.
class FirstCall {
 public:
  FirstCall(World& world, const Step& step, std::size_t index, const StepTime& now)
      : world_(world), step_(step), index_(index), now_(now) {}

  template <class Write>
  requires requires(const Write& write) { write.returns; }
  TakenByClient operator()(const Write& step) const { return make(request_of(step, world_, now_)); }
  TakenByClient operator()(const BatchWriteStep& step) const { return make(request_of(step, world_, now_)); }
  TakenByClient operator()(const TransactWriteStep& step) const {
    TransactWriteItems request = request_of(step, world_, now_);
    const bool is_named = step_.sdk_retries == SdkRetries::none || !request.client_request_token.empty();
    if (!is_named) request.client_request_token = "step " + std::to_string(index_);  // [TXN-2]
    return make(std::move(request));
  }
  TakenByClient operator()(const GetStep& step) const { return make(request_of(step, world_)); }
  TakenByClient operator()(const BatchGetStep& step) const { return make(request_of(step, world_)); }
  TakenByClient operator()(const TransactGetStep& step) const { return make(request_of(step, world_)); }
  TakenByClient operator()(const QueryStep& step) const {
    Placeholders placeholders(step.asked.placeholders);
    const TableId table = world_.table(step.asked.table);
    const Result<KeyCondition> keys = key_condition_of(step, world_.table_settings(table), placeholders);
    if (!keys) {
      tell(world_.kernel(), step_.act, index_, told(keys.failure()));
      return {.by_client = true};
    }
    return make(
        Query{.table = table, .key = *keys, .page = request_of(step.asked, placeholders), .scan_index_forward = !step.reverse});
  }
  TakenByClient operator()(const ScanStep& step) const {
    Placeholders placeholders(step.asked.placeholders);
    Scan scan{.table = world_.table(step.asked.table), .page = request_of(step.asked, placeholders)};
    if (step.total_segments > 0) scan.segment = Segment{step.segment, step.total_segments};
    return make(std::move(scan));
  }
  template <class Other>
  TakenByClient operator()(const Other&) const {
    return {};
  }

 private:
  TakenByClient make(ClientRequest request) const {
    ClientCall call{.request = std::move(request),
                    .actor = Actor::client(0),
                    .caller = Key("step", index_),
                    .sdk_retries = step_.sdk_retries};
    return {.by_client = true, .call = std::move(call)};
  }

  World& world_;
  const Step& step_;
  std::size_t index_;
  const StepTime& now_;
};

// What there is to tell of an answer; empty: nothing.
std::string told_of(const ClientRequest& request, const ClientAnswer& answer, const World& world) {
  return std::visit(
      [&](const auto& asked) {
        using Request = std::decay_t<decltype(asked)>;
        const auto& got = std::get<typename Request::Answer>(answer);
        if constexpr (requires { asked.return_values; })
          return told(got, asked.return_values);
        else if constexpr (std::is_same_v<Request, BatchWriteItem>)
          return told(got, asked, world);
        else if constexpr (std::is_same_v<Request, BatchGetItem>)
          return told(got, world);
        else if constexpr (requires { asked.page; })
          return told(got, asked.page.select == Select::count);
        else
          return told(got);
      },
      request);
}

int pages_of(const Act& act) {
  if (const auto* query = std::get_if<QueryStep>(&act)) return query->asked.pages;
  if (const auto* scan = std::get_if<ScanStep>(&act)) return scan->asked.pages;
  return 1;
}

// Where the page after an answer begins; empty: there is none.
Item next_page(const ClientAnswer& answer) {
  const auto* page = std::get_if<Result<Page>>(&answer);
  return page && *page ? (*page)->last_evaluated_key : Item();
}

}  // namespace

TakenByClient take_client_act(World& world, const Step& step, std::size_t index, const StepTime& now) {
  return std::visit(FirstCall(world, step, index, now), step.act);
}

std::optional<ClientCall> answered(World& world, const Step& step, std::size_t index, ClientCall call,
                                   const ClientAnswer& answer) {
  const int pages = pages_of(step.act);
  const std::string which = pages == 1 ? "" : "page " + std::to_string(call.number + 1) + ": ";
  if (const std::string what = told_of(call.request, answer, world); !what.empty())
    tell(world.kernel(), step.act, index, which + what);
  Item start = next_page(answer);
  call.number += 1;
  call.retried = 0;
  if (start.empty() || call.number >= static_cast<std::uint32_t>(pages)) return std::nullopt;
  std::visit(
      [&](auto& request) {
        if constexpr (requires { request.page; }) request.page.exclusive_start_key = std::move(start);
      },
      call.request);
  return call;
}

}  // namespace weir
