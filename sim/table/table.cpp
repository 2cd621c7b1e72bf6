#include "sim/table/table.hpp"

#include "sim/base/planted.hpp"
#include "sim/data/check_item.hpp"
#include "sim/expression/projection.hpp"
#include "sim/table/key_paths.hpp"
#include "sim/table/sites.hpp"
#include "sim/table/write_rules.hpp"

namespace weir {

namespace {

constexpr std::string_view condition_failed = "The conditional request failed";  // MSG-1

const Item no_item;

// What the update's targets lead to; they do not overlap, since the update was carried out.
Item touched(const Update& update, const Item& item) {
  const Result<Projection> projection = Projection::of(update.targets());
  SIM_CHECK(projection.ok(), "targets that overlap are refused before");
  return projection->empty() ? Item() : projection->apply(item);
}

// What an update shows of the item before and after it.                                                    [OP-3]
Item shown(const UpdateItem& request, const Item& before, Item after) {
  switch (request.return_values) {
    case ReturnValues::none:
      return {};
    case ReturnValues::all_old:
      return before;
    case ReturnValues::all_new:
      return after;
    case ReturnValues::updated_old:
      return touched(request.update, before);
    case ReturnValues::updated_new:
      return touched(request.update, after);
  }
  return {};
}

}  // namespace

Table::Table(TableId id, TableSettings settings, IndexId first_index, std::int64_t epoch_unix)
    : id_(id),
      settings_(std::move(settings)),
      indexes_(id, settings_, first_index),
      ttl_(id.value, epoch_unix),
      epoch_unix_(epoch_unix) {
  if (!settings_.ttl.empty()) ttl_.start(settings_.ttl);
}

const Item& Table::item_at(Items::Place place) const { return place == Items::nowhere ? no_item : items_.value(place); }

bool Table::holds(Kernel& kernel, const Condition& condition, const Item& item) {
  if (!condition.asks_size()) return condition.holds(item);
  if (!size_unit_) size_unit_ = kernel.choose(expression_size_unit, Key("table", settings_.name));
  return condition.holds(item, *size_unit_);
}

// Whether the condition holds for what is there; else the judgement is a refusal.                 [ERR-6] [OP-4]
template <class Request>
bool Table::passes(Kernel& kernel, const Request& request, WriteJudgement& judged) {
  const Item& before = item_at(judged.place);
  if (holds(kernel, request.condition, before)) return true;
  judged.refusal = Failed{ServiceError::condition_failed, Certainty::surely_not_done, condition_failed};
  if (request.on_condition_failure == ReturnValuesOnConditionCheckFailure::all_old) judged.met = before;
  return false;
}

std::uint64_t Table::growth_of(const ItemKey& key, const Item& after) const {
  return indexes_.growth_of(settings_, {key, item_at(items_.find(key)), after});
}
Result<Done> Table::check_room(const ItemKey& key, std::uint64_t growth) const {
  return indexes_.check_room(settings_, key, growth);
}
void Table::check_room(WriteJudgement& judged) const {
  judged.growth = indexes_.growth_of(settings_, {judged.key, item_at(judged.place), judged.after});
  if (const Result<Done> room = check_room(judged.key, judged.growth); !room) judged.refusal = room.failure();
}

// What is wrong with the request by itself is said first, and then whether its key fits the table.                [ERR-6]
std::optional<Failed> Table::flaw_of(const PutItem& request, ItemKey& key, Instant now) const {
  const Result<ItemKey> found = ItemKey::of(settings_.key, request.item);
  if (found) key = *found;
  if (found) items_.expect(key);
  if (const std::optional<Failed> wrong = flaw_in(request)) return wrong;
  if (!found) return found.failure();
  const Result<Done> indexable = indexes_.check(settings_, key, request.item, WriteKind::put, now);
  if (!indexable) return indexable.failure();
  return flaw_of_paths(settings_, request.condition);
}

std::optional<Failed> Table::flaw_of(const UpdateItem& request, ItemKey& key, Instant now) const {
  if (const std::optional<Failed> wrong = flaw_of_keyed(request, key)) return wrong;
  if (const Result<Done> sound = request.update.check(settings_.key); !sound) return sound.failure();
  if (const Result<Done> fits = indexes_.check(request.update, now); !fits) return fits.failure();
  if (const std::optional<Failed> wrong = flaw_of_paths(settings_, request.update)) return wrong;
  return flaw_of_paths(settings_, request.condition);
}
std::optional<Failed> Table::flaw_of(const DeleteItem& request, ItemKey& key, Instant) const {
  if (const std::optional<Failed> wrong = flaw_of_keyed(request, key)) return wrong;
  return flaw_of_paths(settings_, request.condition);
}
std::optional<Failed> Table::flaw_of(const ConditionCheck& request, ItemKey& key, Instant) const {
  if (const std::optional<Failed> wrong = flaw_of_keyed(request, key)) return wrong;
  return flaw_of_paths(settings_, request.condition);
}

template <class Request>
std::optional<Failed> Table::flaw_of_keyed(const Request& request, ItemKey& key) const {
  const Result<ItemKey> found = ItemKey::of_key(settings_.key, request.key);
  if (found) key = *found;
  if (const std::optional<Failed> wrong = flaw_in(request)) return wrong;
  return found ? std::nullopt : std::optional(found.failure());
}

WriteJudgement Table::judge(Kernel& kernel, const PutItem& request) {
  WriteJudgement judged;
  judged.refusal = flaw_of(request, judged.key, kernel.now());
  if (judged.refusal) return judged;
  judged.place = items_.find(judged.key);
  if (!kernel.planted(Planted::condition_ignored) && !passes(kernel, request, judged)) return judged;
  judged.after = request.item;
  check_room(judged);
  return judged;
}

WriteJudgement Table::judge(Kernel& kernel, const UpdateItem& request) {
  WriteJudgement judged;
  const auto refuse = [&](const Failed& failed) { return judged.refusal = failed, judged; };
  judged.refusal = flaw_of(request, judged.key, kernel.now());
  if (judged.refusal) return judged;
  const ItemKey& key = judged.key;
  judged.place = items_.find(key);
  if (!passes(kernel, request, judged)) return judged;
  Result<Item> after = request.update.apply(item_at(judged.place), key, settings_.key);
  if (kernel.planted(Planted::add_applied_twice) && after) after = request.update.apply(*after, key, settings_.key);
  if (!after) return refuse(after.failure());
  if (const Result<Done> fits = check_item(*after, WriteKind::update); !fits) return refuse(fits.failure());
  const Result<Done> indexable = indexes_.check(settings_, key, *after, WriteKind::update, kernel.now());
  if (!indexable) return refuse(indexable.failure());
  judged.after = *std::move(after);
  check_room(judged);
  return judged;
}

WriteJudgement Table::judge(Kernel& kernel, const DeleteItem& request) { return judge_condition(kernel, request); }
WriteJudgement Table::judge(Kernel& kernel, const ConditionCheck& request) { return judge_condition(kernel, request); }

// Of what leaves nothing behind, or changes nothing.
template <class Request>
WriteJudgement Table::judge_condition(Kernel& kernel, const Request& request) {
  WriteJudgement judged;
  judged.refusal = flaw_of(request, judged.key, kernel.now());
  if (judged.refusal) return judged;
  judged.place = items_.find(judged.key);
  passes(kernel, request, judged);
  return judged;
}

WriteAnswer Table::refused(Kernel& kernel, WriteJudgement& judged, const Actor& actor, Changes& changes, WriteTerms terms) {
  const CauseScope because(kernel, judged.throttled.value_or(kernel.cause()));
  WriteRefused told = write_refused(id_, judged.key, *judged.refusal, actor);
  told.part = terms.part;
  kernel.note(std::move(told));
  if (judged.throttled && kernel.planted(Planted::throttled_write_applied)) carry_out(kernel, judged, actor, changes);
  return {*judged.refusal, std::move(judged.met)};
}

// What a write shows beside attributes, before it is carried out.                                             [OP-8]
template <class Request>
WriteOutput Table::output_of(const Request& request, const WriteJudgement& judged) const {
  return {.consumed = consumed_by(judged, request.return_consumed_capacity)};
}

WriteAnswer Table::call(Kernel& kernel, const PutItem& request, const Actor& actor, Changes& changes, WriteTerms terms) {
  WriteJudgement judged = judge(kernel, request);
  meter(kernel, judged, actor);
  if (judged.refusal) return refused(kernel, judged, actor, changes, terms);
  WriteOutput output = output_of(request, judged);
  Item before = carry_out(kernel, judged, actor, changes);
  if (request.return_values == ReturnValues::all_old) output.attributes = std::move(before);
  output.collection = collection_of(request.return_item_collection_metrics, judged.key);
  return output;
}

WriteAnswer Table::call(Kernel& kernel, const UpdateItem& request, const Actor& actor, Changes& changes) {
  WriteJudgement judged = judge(kernel, request);
  meter(kernel, judged, actor);
  if (judged.refusal) return refused(kernel, judged, actor, changes, {});
  WriteOutput output = output_of(request, judged);
  const Item before = carry_out(kernel, judged, actor, changes);
  output.attributes = shown(request, before, std::move(judged.after));
  output.collection = collection_of(request.return_item_collection_metrics, judged.key);
  return output;
}

WriteAnswer Table::call(Kernel& kernel, const DeleteItem& request, const Actor& actor, Changes& changes, WriteTerms terms) {
  WriteJudgement judged = judge(kernel, request);
  meter(kernel, judged, actor);
  if (judged.refusal) return refused(kernel, judged, actor, changes, terms);
  WriteOutput output = output_of(request, judged);
  Item before = carry_out(kernel, judged, actor, changes);
  if (request.return_values == ReturnValues::all_old) output.attributes = std::move(before);
  output.collection = collection_of(request.return_item_collection_metrics, judged.key);
  return output;
}

// Puts `after` in the place of what is there: the empty item for nothing, on either side.        [STREAM-6] [STREAM-7]
// [STREAM-8]
Item Table::carry_out(Kernel& kernel, const WriteJudgement& judged, const Actor& actor, Changes& changes) {
  const Items::Place place = judged.place;
  const Item& after = judged.after;
  const ItemKey key = place == Items::nowhere ? judged.key : items_.key(place);  // one buffer for all records of an item
  Item before = item_at(place);
  const bool counts = kernel.planted(Planted::no_op_write_counts) && !before.empty();
  const bool lost = kernel.planted(Planted::acknowledged_write_lost) && actor.kind == ActorKind::invocation;
  if ((before == after && !counts) || lost) {
    kernel.note(WriteIgnored{id_, key, actor});
    return before;
  }
  const ChangeKind kind = before.empty() ? ChangeKind::insert : after.empty() ? ChangeKind::remove : ChangeKind::modify;
  if (kind == ChangeKind::insert)
    items_.insert(key, after);
  else if (kind == ChangeKind::remove)
    items_.erase(place);
  else
    items_.value(place) = after;
  past_.remember(key, before, kernel.now());
  const bool misnamed = kind == ChangeKind::insert && kernel.planted(Planted::insert_shown_as_modify);
  const ChangeKind shown = misnamed ? ChangeKind::modify : kind;
  const FactIndex write = kernel.note(Written{id_, key, shown, before, after, actor});
  const ActorKind marked = kernel.planted(Planted::ttl_identity_of_a_client) ? ActorKind::client : ActorKind::ttl;
  const bool by_ttl = actor.kind == marked && !kernel.planted(Planted::ttl_identity_missing);
  const ChangeBy by = by_ttl ? ChangeBy::ttl : ChangeBy::user;
  changes.push_back({id_, shown, key, before, after, by, write, kernel.now()});
  ttl_.attend(kernel, settings_.name, key, after, write);
  if (!indexes_.none()) indexes_.take(kernel, settings_, {key, before, after, write});
  if (capacity_) {
    const auto bytes = [](const Item& item) { return static_cast<std::int64_t>(item.size_bytes()); };
    capacity_->stored(kernel, key.partition_hash(), bytes(after) - bytes(before));
  }
  return before;
}

std::vector<Item> Table::contents() const {
  std::vector<Item> items;
  items.reserve(items_.size());
  for (const Items::Place place : items_.sorted()) items.push_back(items_.value(place));
  return items;
}

std::string_view wire_name(TableStatus status) {
  switch (status) {
    case TableStatus::creating:
      return "CREATING";
    case TableStatus::active:
      return "ACTIVE";
    case TableStatus::updating:
      return "UPDATING";
    case TableStatus::deleting:
      return "DELETING";
    case TableStatus::absent:
    case TableStatus::gone:
      return "";
  }
  return "";
}

FactIndex Table::create(Kernel& kernel) {
  SIM_CHECK(birth_ == TableStatus::absent, "a table is created once");
  const FactIndex declared = declare(kernel);
  declare_indexes(kernel);
  declare_capacity(kernel);
  birth_ = TableStatus::active;
  if (settings_.created_at == Duration{}) return declared;
  const Duration creating = kernel.choose(table_creating, Key("table", settings_.name));
  if (creating == Duration{}) return declared;
  birth_ = TableStatus::creating;
  const CauseScope because(kernel, declared);
  kernel.schedule(creating, Room::table, creation_event, id_.value, 0);
  return declared;
}

void Table::remove_all(Kernel& kernel) {
  const FactIndex removed = kernel.note(TableDeleted{id_, items_.size()});
  const CauseScope because(kernel, removed);
  items_ = Items();
  past_.clear();
  capacity_.reset();                          // likewise what it meant to split
  indexes_ = Indexes(id_, {}, {});            // what is pending finds no table any more
  ttl_ = TimeToLive(id_.value, epoch_unix_);  // the deleter's pending events find nothing
  ttl_change_.reset();
  deleted_ = true;
  const Duration deleting = kernel.choose(table_deleting, Key("table", settings_.name));
  gone_at_ = kernel.now() + deleting;
}

void Table::on_index(Kernel& kernel, const Event& event) {
  if (event.kind == index_stage_event) return indexes_.on_stage(kernel, settings_, items_, event.b);
  if (event.kind == backfill_event) return indexes_.on_backfill(kernel, settings_, items_, event.b);
  indexes_.on_event(kernel, event.b);
}

// Time to live ----------------------------------------------------------------------------------------------------------

void Table::on_ttl(Kernel& kernel, std::uint64_t ticket, Changes& changes) {
  const std::optional<TimeToLive::Judgement> judgement = ttl_.come(kernel, ticket);
  if (!judgement) return;
  const Items::Place place = items_.find(judgement->key);
  if (place == Items::nowhere) {
    SIM_CHECK(!judgement->deletes, "an item that still carries its expiry is there");
    return;  // it went before the deleter came
  }
  const bool deletes = judgement->deletes || kernel.planted(Planted::ttl_takes_renewed);
  const TtlVerdict verdict = deletes ? TtlVerdict::deleted : TtlVerdict::spared;
  const FactIndex judged = kernel.note(TtlJudged{id_, judgement->key, judgement->expiry.seconds, verdict}, judgement->write);
  if (!deletes) return;
  const CauseScope cause(kernel, judged);
  WriteJudgement gone{.key = judgement->key, .place = place};
  if (kernel.planted(Planted::ttl_uses_capacity)) meter(kernel, gone, Actor::ttl());
  carry_out(kernel, gone, Actor::ttl(), changes);  // uses no capacity                                       [TTL-10]
}

FactIndex Table::declare(Kernel& kernel) const {
  return kernel.note(TableDeclared{id_, settings_.name, settings_.key.partition, settings_.key.sort, settings_.ttl});
}

}  // namespace weir
