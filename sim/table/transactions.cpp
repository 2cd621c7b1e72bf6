#include "sim/table/transactions.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/planted.hpp"
#include "sim/data/constraints.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/data/lines.hpp"
#include "sim/table/collection_growth.hpp"
#include "sim/table/key_paths.hpp"
#include "sim/table/no_table.hpp"
#include "sim/table/sites.hpp"
#include "sim/table/tables.hpp"
#include "sim/table/write_rules.hpp"

namespace weir {

namespace {

constexpr Duration token_life = 10min;  // after the request that used it finished                       [TXN-2]
constexpr std::size_t most_actions = 100, longest_token = 36;
constexpr std::uint64_t most_bytes = 4'194'304;

constexpr std::string_view same_item = "Transaction request cannot include multiple operations on one item";
constexpr std::string_view too_large = "Collection size of transaction request exceeds the limit of 4194304 bytes";
constexpr std::string_view no_return_values = "ReturnValues cannot be specified for an action of a transaction";
constexpr std::string_view no_condition = "The ConditionExpression of a ConditionCheck cannot be empty";
constexpr std::string_view ongoing = "Transaction is ongoing for the item";
constexpr std::string_view other_request =
    "Idempotent parameter mismatch: the client request token was used with other parameters";
constexpr std::string_view still_running = "The transaction with the given request token is already in progress";

Failed refused(ServiceError error, std::string_view message) { return {error, Certainty::surely_not_done, message}; }

CancellationReason reason_of(const Failed& failed, Item met) {
  if (failed.error == ServiceError::condition_failed)
    return {CancellationCode::conditional_check_failed, failed.message, std::move(met)};
  if (failed.error == ServiceError::item_collection_size)
    return {CancellationCode::item_collection_size_limit_exceeded, failed.message, {}};
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

FactIndex note_canceled(Kernel& kernel, const std::vector<CancellationReason>& reasons, const Actor& actor,
                        std::string conflicts = {}) {
  std::vector<std::string> why;
  for (std::size_t i = 0; i < reasons.size(); ++i)
    if (std::string one = explained(reasons, i); !one.empty()) why.push_back(std::move(one));
  return kernel.note(TransactionCanceled{listed(reasons), actor, std::move(conflicts), joined_lines(why)});
}

void add_conflict(std::string& conflicts, const std::string& table) { conflicts += (conflicts.empty() ? "" : "\n") + table; }

template <class Answer>
Answer cancelled(std::vector<CancellationReason> reasons) {
  const std::string_view message =  // MSG-31
      lasting("Transaction cancelled, please refer cancellation reasons for specific reasons " + listed(reasons));
  return {refused(ServiceError::transaction_canceled, message), std::move(reasons)};
}

bool any_says_no(const std::vector<CancellationReason>& reasons) {
  return std::any_of(reasons.begin(), reasons.end(), [](const auto& reason) { return reason.code != CancellationCode::none; });
}

// What a transaction reads, and which of these reads are refused. Each that is served is charged as it is asked about, so that
// the next one finds what it left.                                                                           [TXN-7] [CAP-1]
struct ItemReads {
  std::vector<CancellationReason> reasons;
  std::optional<Failed> throttle;  // the first
  std::vector<ConsumedCapacity> consumed;

  void refuse(CancellationReason reason) { reasons.push_back(std::move(reason)); }
  void ask(Kernel& kernel, Table& table, const ItemKey& key, const Actor& actor, ReturnConsumedCapacity asked) {
    if (const std::optional<Failed> no = table.throttles(kernel, key, actor)) {
      if (!throttle) throttle = no;
      return refuse(reason_of(*no, {}));
    }
    reasons.emplace_back();
    if (const ConsumedPtr used = table.charge_read(kernel, key, actor, asked)) add_to(consumed, *used);
  }
};

TableId table_of(const TransactWriteItem& action) {
  return std::visit([](const auto& request) { return request.table; }, action);
}

// What is wrong with an action whatever its table and the items are.
std::optional<Failed> flaw_of(const TransactWriteItem& action) {
  return std::visit(
      [](const auto& request) -> std::optional<Failed> {
        if constexpr (std::is_same_v<std::decay_t<decltype(request)>, ConditionCheck>) {
          if (request.condition.empty()) return invalid(no_condition);
        } else {
          if (request.return_values != ReturnValues::none) return invalid(no_return_values);
        }
        return flaw_in(request);
      },
      action);
}

const Condition& condition_of(const TransactWriteItem& action) {
  return std::visit([](const auto& request) -> const Condition& { return request.condition; }, action);
}
// The item that it puts, or the key of the one that it is about.
const Item& item_of(const TransactWriteItem& action) {
  if (const auto* put = std::get_if<PutItem>(&action)) return put->item;
  if (const auto* update = std::get_if<UpdateItem>(&action)) return update->key;
  if (const auto* remove = std::get_if<DeleteItem>(&action)) return remove->key;
  return std::get<ConditionCheck>(action).key;
}
Result<ItemKey> key_of(const Table& table, const TransactWriteItem& action) {
  const Item& item = item_of(action);
  return std::holds_alternative<PutItem>(action) ? ItemKey::of(table.settings().key, item) : table.key_of(item);
}

// What counts against the limit of a request.                                                           [TXN-1]
std::uint64_t bytes_of(const TransactWriteItem& action) {
  const auto* const update = std::get_if<UpdateItem>(&action);
  return item_of(action).size_bytes() + condition_of(action).constant_bytes() + (update ? update->update.constant_bytes() : 0);
}

// Two requests have one text only if they ask for the same: each part begins with its length.            [TXN-3]
std::string text_of(const TransactWriteItems& request) {
  std::string text;
  const auto add = [&](std::string_view part) { text += std::to_string(part.size()) + ":" + std::string(part); };
  for (const TransactWriteItem& action : request.actions) {
    const auto* const update = std::get_if<UpdateItem>(&action);
    const auto shows = std::visit([](const auto& one) { return static_cast<int>(one.on_condition_failure); }, action);
    add(std::to_string(action.index()));
    add(std::to_string(table_of(action).value));
    add(item_of(action).bytes());
    add(update ? update->update.exact_text() : "");
    add(condition_of(action).exact_text());
    add(std::to_string(shows));
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
    case CancellationCode::item_collection_size_limit_exceeded:
      return "ItemCollectionSizeLimitExceeded";
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

std::string explained(const std::vector<CancellationReason>& reasons, std::size_t action) {
  const CancellationReason& reason = reasons[action];
  switch (reason.code) {
    case CancellationCode::validation_error:
    case CancellationCode::provisioned_throughput_exceeded:
    case CancellationCode::throttling_error:
      return "action " + std::to_string(action) + ": " + std::string(reason.message);
    case CancellationCode::none:
    case CancellationCode::conditional_check_failed:
    case CancellationCode::item_collection_size_limit_exceeded:
    case CancellationCode::transaction_conflict:
      return "";
  }
  return "";
}

bool Transactions::bound(TableId table, const ItemKey& key, Instant now) {
  std::erase_if(bound_, [&](const Bound& one) { return one.until <= now; });
  return std::any_of(bound_.begin(), bound_.end(), [&](const Bound& one) { return one.table == table && one.key == key; });
}

Transactions::Token Transactions::find(const std::string& token, const std::string& request, Instant now) {
  while (!finishing_.empty() && finishing_.begin()->first + token_life < now) {
    tokens_.erase(finishing_.begin()->second);
    finishing_.erase(finishing_.begin());
  }
  const auto used = tokens_.find(token);
  if (used == tokens_.end()) return Token::unknown;
  if (used->second.request != request) return Token::other_request;
  return now < used->second.finished ? Token::running : Token::done;
}

void Transactions::remember(const std::string& token, std::string request, Instant finished) {
  const bool is_new = tokens_.emplace(token, Used{std::move(request), finished}).second;
  SIM_CHECK(is_new, "a token that is known repeats a transaction or is refused");
  finishing_.emplace(finished, token);
}

std::optional<Failed> Tables::conflict(Kernel& kernel, TableId table, const ItemKey& key, const Actor& actor) {
  if (!transactions_.bound(table, key, kernel.now())) return std::nullopt;
  kernel.note(WriteRefused{table, key, ServiceError::transaction_conflict, actor});
  return refused(ServiceError::transaction_conflict, ongoing);
}

// What a request is refused for as a whole, whatever there is: all that it shows by itself, but for types that do not fit its
// tables' keys, for keys of another shape, and for key attributes in updates, which cancel.      [ERR-6] [TXN-1] [TXN-4]
std::optional<Failed> Tables::flaw_of(const TransactWriteItems& request, Instant now) {
  const std::vector<TransactWriteItem>& actions = request.actions;
  const auto wrong = Constraints()
                         .list("transactItems", actions.size(), 1, most_actions)
                         .text("clientRequestToken", request.client_request_token, 0, longest_token)
                         .refusal();
  if (wrong) return wrong;
  std::uint64_t bytes = 0;
  for (const TransactWriteItem& action : actions) {
    if (const std::optional<Failed> flaw = weir::flaw_of(action)) return flaw;
    bytes += bytes_of(action);
  }
  if (bytes > most_bytes) return invalid(too_large);
  for (const TransactWriteItem& action : actions)
    if (!find(table_of(action))) return no_table(table_of(action));
  for (const TransactWriteItem& action : actions) {
    const Table& table = *find(table_of(action));
    const auto flaw = std::visit([&](const auto& one) { return table.flaw_of_values(one, now); }, action);
    if (flaw) return flaw;
  }
  return std::nullopt;
}

void Tables::note_refused(Kernel& kernel, const TransactWriteItems& request, const Failed& failed, const Actor& actor) {
  const TableId id = request.actions.empty() ? malformed_table : table_of(request.actions.front());
  if (id.value >= tables_.size()) {  // no table at all, so no item to tell of
    kernel.note(RequestRefused{"TransactWriteItems", id, failed.error, actor, std::string(failed.message)});
    return;
  }
  const Result<ItemKey> key = key_of(tables_[id.value], request.actions.front());
  kernel.note(write_refused(id, key ? *key : ItemKey(), failed, actor));
}

// A repetition reads what it would write again. One that finds no capacity for that is throttled: to call it cancelled would
// say that nothing is done, and all of it is.                                            [TXN-2] [TXN-4] [TXN-7] [CAP-8]
TransactWriteItems::Answer Tables::repeat(Kernel& kernel, const TransactWriteItems& request, const Actor& actor) {
  ItemReads reads;
  for (const TransactWriteItem& action : request.actions) {
    Table& table = *find(table_of(action));
    reads.ask(kernel, table, *key_of(table, action), actor, request.return_consumed_capacity);
  }
  if (reads.throttle) {
    Failed throttled = *reads.throttle;
    throttled.certainty = Certainty::maybe_done;
    note_refused(kernel, request, throttled, actor);
    return throttled;
  }
  kernel.note(TransactionRepeated{request.client_request_token, actor});
  TransactWriteItems::Answer answer = Done{};
  answer.consumed = std::move(reads.consumed);
  return answer;
}

TransactWriteItems::Answer Tables::call(Kernel& kernel, const TransactWriteItems& request, const Actor& actor, const Key& key) {
  const std::vector<TransactWriteItem>& actions = request.actions;
  const auto refuse = [&](const Failed& failed) {
    note_refused(kernel, request, failed, actor);
    return failed;
  };
  if (const std::optional<Failed> flaw = flaw_of(request, kernel.now())) return refuse(*flaw);

  std::string text;
  if (!request.client_request_token.empty()) {
    text = text_of(request);
    switch (transactions_.find(request.client_request_token, text, kernel.now())) {
      case Transactions::Token::unknown:
        break;
      case Transactions::Token::running:
        return refuse(refused(ServiceError::transaction_in_progress, still_running));
      case Transactions::Token::done:
        return repeat(kernel, request, actor);
      case Transactions::Token::other_request:
        return refuse(refused(ServiceError::idempotent_parameter_mismatch, other_request));
    }
  }

  std::vector<CancellationReason> reasons(actions.size());
  std::vector<ItemKey> keys(actions.size());
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const TableId id = table_of(actions[i]);
    const std::optional<Failed> flaw =
        std::visit([&](const auto& one) { return find(id)->flaw_of(one, keys[i], kernel.now()); }, actions[i]);
    for (std::size_t before = 0; before < i && !keys[i].empty(); ++before)
      if (keys[before] == keys[i] && table_of(actions[before]) == id) return refuse(invalid(same_item));
    if (flaw && !any_says_no(reasons)) reasons[i] = reason_of(*flaw, {});
  }
  if (any_says_no(reasons)) {
    note_canceled(kernel, reasons, actor);
    return cancelled<TransactWriteItems::Answer>(std::move(reasons));
  }

  // Items are distinct, so each action is judged by the same state.
  std::vector<WriteJudgement> judged;
  std::string conflicts;
  CollectionGrowth growth;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const TableId id = table_of(actions[i]);
    judged.push_back(std::visit([&](const auto& one) { return find(id)->judge(kernel, one); }, actions[i]));
    WriteJudgement& verdict = judged.back();
    if (!verdict.refusal) {
      const Result<Done> room = find(id)->check_room(verdict.key, growth.add(id, verdict.key, verdict.growth));
      if (!room) verdict.refusal = room.failure();
    }
    if (transactions_.bound(id, verdict.key, kernel.now())) {
      reasons[i] = {CancellationCode::transaction_conflict, ongoing, {}};
      add_conflict(conflicts, settings(id).name);
    } else if (verdict.refusal) {
      reasons[i] = reason_of(*verdict.refusal, verdict.met);
    }
  }
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
    const CauseScope scope(kernel, note_canceled(kernel, reasons, actor, std::move(conflicts)));
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
  for (const std::size_t at : writes) {
    const TableId id = table_of(actions[at]);
    add_to(answer.collections, id, find(id)->collection_of(request.return_item_collection_metrics, judged[at].key));
  }
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
  if (const auto wrong = Constraints().list("transactItems", gets.size(), 1, most_actions).refusal()) return *wrong;
  for (const GetItem& get : gets)
    if (!find(get.table)) return no_table(get.table);
  for (const GetItem& get : gets)
    if (const std::optional<Failed> flaw = find(get.table)->flaw_of_values(get.key)) return *flaw;

  std::vector<CancellationReason> reasons(gets.size());
  std::vector<ItemKey> keys(gets.size());
  for (std::size_t i = 0; i < gets.size(); ++i) {
    const Result<ItemKey> key = find(gets[i].table)->key_of(gets[i].key);
    if (key) keys[i] = *key;
    for (std::size_t before = 0; before < i && key; ++before)
      if (keys[before] == *key && gets[before].table == gets[i].table) return invalid(same_item);
    const std::optional<Failed> flaw =
        key ? flaw_of_paths(settings(gets[i].table), gets[i].projection) : std::optional(key.failure());
    if (flaw && !any_says_no(reasons)) reasons[i] = reason_of(*flaw, {});
  }
  if (any_says_no(reasons)) {
    note_canceled(kernel, reasons, actor);
    return cancelled<TransactGetItems::Answer>(std::move(reasons));
  }

  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < gets.size(); ++i) bytes += find(gets[i].table)->bytes_at(keys[i]);
  if (bytes > most_bytes) return invalid(too_large);

  ItemReads reads;
  std::string conflicts;
  for (std::size_t i = 0; i < gets.size(); ++i) {
    Table& table = *find(gets[i].table);
    if (transactions_.bound(gets[i].table, keys[i], kernel.now())) {
      reads.refuse({CancellationCode::transaction_conflict, ongoing, {}});
      add_conflict(conflicts, table.settings().name);
    } else {
      reads.ask(kernel, table, keys[i], actor, request.return_consumed_capacity);
    }
  }
  if (any_says_no(reads.reasons)) {
    note_canceled(kernel, reads.reasons, actor, std::move(conflicts));
    return cancelled<TransactGetItems::Answer>(std::move(reads.reasons));
  }
  std::vector<std::optional<Item>> items;
  items.reserve(gets.size());
  for (const GetItem& get : gets) items.push_back(*find(get.table)->call(kernel, get, actor, Duration{}, {.charged = true}));
  TransactGetItems::Answer answer = std::move(items);
  answer.consumed = std::move(reads.consumed);
  return answer;
}

}  // namespace weir
