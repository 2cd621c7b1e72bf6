#include "sim/table/transactions.hpp"

#include <algorithm>

#include "sim/base/planted.hpp"
#include "sim/data/json.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/table/sites.hpp"
#include "sim/table/tables.hpp"

namespace weir {

namespace {

constexpr Duration token_life = 10min;  // after the request that used it finished                       [TXN-2]
constexpr std::size_t most_actions = 100, longest_token = 36;
constexpr std::uint64_t most_bytes = 4'194'304;

constexpr std::string_view no_actions =
    "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length greater than "
    "or equal to 1";
constexpr std::string_view too_many_actions =
    "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or "
    "equal to 100";
constexpr std::string_view long_token =
    "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length less "
    "than "
    "or equal to 36";
constexpr std::string_view same_item = "Transaction request cannot include multiple operations on one item";
constexpr std::string_view too_large = "Collection size of transaction request exceeds the limit of 4194304 bytes";
constexpr std::string_view no_return_values = "ReturnValues cannot be specified for an action of a transaction";
constexpr std::string_view no_condition = "The ConditionExpression of a ConditionCheck cannot be empty";
constexpr std::string_view ongoing = "Transaction is ongoing for the item";
constexpr std::string_view other_request =
    "Idempotent parameter mismatch: the client request token was used with other parameters";
constexpr std::string_view still_running = "The transaction with the given request token is already in progress";
constexpr std::string_view unknown_table = "Requested resource not found";  // MSG-2

Failed refused(ServiceError error, std::string_view message) { return {error, Certainty::surely_not_done, message}; }
Failed invalid(std::string_view message) { return refused(ServiceError::validation, message); }

CancellationReason reason_of(const Failed& failed, Item met) {
  if (failed.error == ServiceError::condition_failed)
    return {CancellationCode::conditional_check_failed, failed.message, std::move(met)};
  if (failed.error == ServiceError::throughput_exceeded)
    return {CancellationCode::provisioned_throughput_exceeded, failed.message, {}};
  if (is_throttle(failed.error)) return {CancellationCode::throttling_error, failed.message, {}};
  return {CancellationCode::validation_error, failed.message, {}};
}

std::string listed(const std::vector<CancellationReason>& reasons) {
  std::string text;
  for (const CancellationReason& reason : reasons) text += (text.empty() ? "" : ", ") + std::string(wire_name(reason.code));
  return "[" + text + "]";
}

template <class Answer>
Answer cancelled(std::vector<CancellationReason> reasons) {
  const std::string_view message =  // MSG-31
      lasting("Transaction cancelled, please refer cancellation reasons for specific reasons " + listed(reasons));
  return {refused(ServiceError::transaction_canceled, message), std::move(reasons)};
}

bool any_says_no(const std::vector<CancellationReason>& reasons) {
  return std::any_of(reasons.begin(), reasons.end(), [](const auto& reason) { return reason.code != CancellationCode::none; });
}

TableId table_of(const TransactWriteItem& action) {
  return std::visit([](const auto& request) { return request.table; }, action);
}

// What is wrong with an action whatever the items are; empty: nothing.
std::string_view flaw_of(const TransactWriteItem& action) {
  return std::visit(
      [](const auto& request) -> std::string_view {
        using Request = std::decay_t<decltype(request)>;
        if constexpr (std::is_same_v<Request, ConditionCheck>) {
          if (request.condition.empty()) return no_condition;
        } else {
          if (request.return_values != ReturnValues::none) return no_return_values;
        }
        if constexpr (std::is_same_v<Request, UpdateItem>)
          if (!request.update.flaw().empty()) return request.update.flaw();
        return request.condition.flaw();
      },
      action);
}

// Two requests have one text only if they ask for the same.
std::string text_of(const TransactWriteItems& request) {
  std::string text;
  for (const TransactWriteItem& action : request.actions) {
    text += std::to_string(action.index()) + " " + std::to_string(table_of(action).value) + " ";
    std::visit(
        [&](const auto& one) {
          using Request = std::decay_t<decltype(one)>;
          if constexpr (std::is_same_v<Request, PutItem>)
            text += to_plain_text(one.item);
          else
            text += to_plain_text(one.key);
          if constexpr (std::is_same_v<Request, UpdateItem>) text += " " + one.update.to_text();
          text += " " + one.condition.to_text() + " " + std::to_string(static_cast<int>(one.on_condition_failure)) + "\n";
        },
        action);
  }
  return text;
}

}  // namespace

std::string_view wire_name(CancellationCode code) {
  switch (code) {
    case CancellationCode::none:
      return "None";
    case CancellationCode::conditional_check_failed:
      return "ConditionalCheckFailed";
    case CancellationCode::transaction_conflict:
      return "TransactionConflict";
    case CancellationCode::validation_error:
      return "ValidationError";
    case CancellationCode::provisioned_throughput_exceeded:
      return "ProvisionedThroughputExceeded";
    case CancellationCode::throttling_error:
      return "ThrottlingError";
  }
  return "";
}

bool Transactions::bound(TableId table, const ItemKey& key, Instant now) {
  std::erase_if(bound_, [&](const Bound& one) { return one.until <= now; });
  return std::any_of(bound_.begin(), bound_.end(), [&](const Bound& one) { return one.table == table && one.key == key; });
}

Transactions::Token Transactions::find(const std::string& token, const std::string& request, Instant now) {
  std::erase_if(tokens_, [&](const auto& one) { return one.second.finished + token_life < now; });
  const auto used = tokens_.find(token);
  if (used == tokens_.end()) return Token::unknown;
  if (used->second.request != request) return Token::other_request;
  return now < used->second.finished ? Token::running : Token::done;
}

void Transactions::remember(const std::string& token, std::string request, Instant finished) {
  tokens_.insert_or_assign(token, Used{std::move(request), finished});
}

std::optional<Failed> Tables::conflict(Kernel& kernel, TableId table, const Result<ItemKey>& key, const Actor& actor) {
  if (!key || !transactions_.bound(table, *key, kernel.now())) return std::nullopt;
  kernel.note(WriteRefused{table, *key, ServiceError::transaction_conflict, actor});
  return refused(ServiceError::transaction_conflict, ongoing);
}

// A repetition reads what it would write again.                                                     [TXN-2] [TXN-7]
void Tables::charge_repetition(Kernel& kernel, const TransactWriteItem& action, const Actor& actor) {
  Table& table = *find(table_of(action));
  const Result<ItemKey> key = std::visit(
      [&](const auto& one) {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, PutItem>)
          return ItemKey::of(table.settings().key, one.item);
        else
          return table.key_of(one.key);
      },
      action);
  if (key) table.charge_repetition(kernel, *key, actor);
}

TransactWriteItems::Answer Tables::call(Kernel& kernel, const TransactWriteItems& request, const Actor& actor, const Key& key) {
  const std::vector<TransactWriteItem>& actions = request.actions;
  if (actions.empty()) return invalid(no_actions);
  if (actions.size() > most_actions) return invalid(too_many_actions);
  if (request.client_request_token.size() > longest_token) return invalid(long_token);
  for (const TransactWriteItem& action : actions)
    if (const std::string_view flaw = flaw_of(action); !flaw.empty()) return invalid(flaw);
  for (const TransactWriteItem& action : actions)
    if (!find(table_of(action))) return refused(ServiceError::resource_not_found, unknown_table);

  std::string text;
  if (!request.client_request_token.empty()) {
    text = text_of(request);
    switch (transactions_.find(request.client_request_token, text, kernel.now())) {
      case Transactions::Token::unknown:
        break;
      case Transactions::Token::running:
        return refused(ServiceError::transaction_in_progress, still_running);
      case Transactions::Token::done:
        kernel.note(TransactionRepeated{request.client_request_token, actor});
        for (const TransactWriteItem& action : actions) charge_repetition(kernel, action, actor);
        return Done{};
      case Transactions::Token::other_request:
        return refused(ServiceError::idempotent_parameter_mismatch, other_request);
    }
  }

  // Items are distinct, so each action is judged by the same state.
  std::vector<WriteJudgement> judged;
  std::vector<CancellationReason> reasons(actions.size());
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const TableId id = table_of(actions[i]);
    judged.push_back(std::visit([&](const auto& one) { return find(id)->judge(kernel, one); }, actions[i]));
    const WriteJudgement& verdict = judged.back();
    for (std::size_t before = 0; before < i && !verdict.key.empty(); ++before)
      if (judged[before].key == verdict.key && table_of(actions[before]) == id) return invalid(same_item);
    bytes += std::max<std::uint64_t>(verdict.after.size_bytes(), verdict.key.bytes().size());
    if (!verdict.key.empty() && transactions_.bound(id, verdict.key, kernel.now()))
      reasons[i] = {CancellationCode::transaction_conflict, ongoing, {}};
    else if (verdict.refusal)
      reasons[i] = reason_of(*verdict.refusal, verdict.met);
  }
  if (bytes > most_bytes) return invalid(too_large);
  std::vector<ConsumedCapacity> consumed;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (reasons[i].code != CancellationCode::none && reasons[i].code != CancellationCode::conditional_check_failed) continue;
    const bool checks = std::holds_alternative<ConditionCheck>(actions[i]);
    const Table::Asks what = checks ? Table::Asks::check : Table::Asks::write;
    Table& table = *find(table_of(actions[i]));
    table.meter(kernel, judged[i], actor, what, 2);  // twice, and also for one that is cancelled             [TXN-7]
    if (judged[i].throttled) reasons[i] = reason_of(*judged[i].refusal, {});
    if (const ConsumedPtr used = table.consumed_by(judged[i], request.return_consumed_capacity, what, 2))
      add_to(consumed, *used);
  }
  if (any_says_no(reasons)) {
    const CauseScope scope(kernel, kernel.note(TransactionCanceled{listed(reasons), actor}));
    if (kernel.planted(Planted::canceled_writes_its_first) && !judged[0].refusal)
      find(table_of(actions[0]))->carry_out(kernel, judged[0], actor, changes_);
    return cancelled<TransactWriteItems::Answer>(std::move(reasons));
  }

  std::vector<std::size_t> writes;
  for (std::size_t i = 0; i < actions.size(); ++i)
    if (!std::holds_alternative<ConditionCheck>(actions[i])) writes.push_back(i);
  const FactIndex committed = kernel.note(TransactionCommitted{writes.size(), actions.size() - writes.size(), actor});
  const CauseScope scope(kernel, committed);
  std::size_t first = 0;
  if (writes.size() > 1) first = static_cast<std::size_t>(kernel.choose(transaction_first, key));
  const std::size_t left_out = kernel.planted(Planted::commit_leaves_one_out) && writes.size() > 1 ? 1 : 0;
  for (std::size_t i = 0; i + left_out < writes.size(); ++i) {
    const std::size_t at = writes[(first + i) % writes.size()];
    find(table_of(actions[at]))->carry_out(kernel, judged[at], actor, changes_);
  }

  TransactWriteItems::Answer answer = Done{};
  answer.consumed = std::move(consumed);
  answer.settling = kernel.choose(transaction_settling, key);
  const Instant settled = kernel.now() + answer.settling;
  if (answer.settling > Duration{})
    for (std::size_t i = 0; i < actions.size(); ++i) transactions_.bind(table_of(actions[i]), judged[i].key, settled);
  if (!request.client_request_token.empty() && !kernel.planted(Planted::token_forgotten))
    transactions_.remember(request.client_request_token, std::move(text), settled);
  return answer;
}

TransactGetItems::Answer Tables::call(Kernel& kernel, const TransactGetItems& request, const Actor& actor) {
  const std::vector<GetItem>& gets = request.gets;
  if (gets.empty()) return invalid(no_actions);
  if (gets.size() > most_actions) return invalid(too_many_actions);
  std::vector<CancellationReason> reasons(gets.size());
  std::vector<ItemKey> keys;
  for (std::size_t i = 0; i < gets.size(); ++i) {
    Table* const table = find(gets[i].table);
    if (!table) return refused(ServiceError::resource_not_found, unknown_table);
    const Result<ItemKey> key = table->key_of(gets[i].key);
    keys.push_back(key ? *key : ItemKey());
    for (std::size_t before = 0; before < i && key; ++before)
      if (keys[before] == *key && gets[before].table == gets[i].table) return invalid(same_item);
    if (!key)
      reasons[i] = reason_of(key.failure(), {});
    else if (transactions_.bound(gets[i].table, *key, kernel.now()))
      reasons[i] = {CancellationCode::transaction_conflict, ongoing, {}};
    else if (const std::optional<Failed> no = table->throttles(kernel, *key, actor))
      reasons[i] = reason_of(*no, {});
  }
  if (any_says_no(reasons)) {
    kernel.note(TransactionCanceled{listed(reasons), actor});
    return cancelled<TransactGetItems::Answer>(std::move(reasons));
  }
  std::vector<std::optional<Item>> items;
  std::vector<ConsumedCapacity> consumed;
  items.reserve(gets.size());
  for (GetItem get : gets) {
    get.return_consumed_capacity = request.return_consumed_capacity;
    const GetItem::Answer item = find(get.table)->call(kernel, get, actor, Duration{}, {.transactional = true});
    items.push_back(*item);
    if (item.consumed) add_to(consumed, *item.consumed);
  }
  TransactGetItems::Answer answer = std::move(items);
  answer.consumed = std::move(consumed);
  return answer;
}

}  // namespace weir
