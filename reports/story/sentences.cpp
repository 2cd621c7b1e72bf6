#include <fmt/format.h>

#include "reports/story/hindrances.hpp"
#include "reports/story/story.hpp"
#include "reports/wording/wording.hpp"
#include "sim/data/json.hpp"
#include "sim/data/lines.hpp"

namespace weir {

namespace {

std::string records_of(const RecordList& records) {
  if (records->empty()) return "no records";
  if (records->size() == 1) return fmt::format("record {}", records->front().value);
  return fmt::format("{} (records {} to {})", counted(records->size(), "record"), records->front().value,
                     records->back().value);
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

// What one kind of fact says, and the rules it rests on.
struct Teller {
  FactWriter& names;
  std::string rules;

  std::string who(const Actor& actor) const {
    switch (actor.kind) {
      case ActorKind::ttl:
        return "TTL";
      case ActorKind::loader:
        return "the loader";
      case ActorKind::reader:
        return "reader " + names.actor_name(actor);
      default:
        return names.actor_name(actor);
    }
  }
  std::string table(TableId id) const { return names.table_name(id); }
  std::string shard(ShardId id) const { return "shard " + names.shard_path(id); }
  std::string mapping(MappingId id) const { return "mapping " + names.mapping_name(id); }

  std::string tell(const RunStarted& f) { return fmt::format("The scenario {} begins.", f.scenario); }
  std::string tell(const StepTaken& f) { return fmt::format("Step {} of the scenario: {}.", f.step, f.what); }
  std::string tell(const OperationIssued& f) {
    return fmt::format("Client {} issues its operation {} on {}: {}.", f.client, f.ordinal, table(f.table), f.operation);
  }
  std::string tell(const FaultsHealed&) { return "From here on no fault strikes any more."; }
  std::string tell(const RunEnded& f) {
    return f.unfinished == 0 ? "The run ends with nothing left to do."
                             : fmt::format("The run ends with {} still unfinished.", counted(f.unfinished, "thing"));
  }
  std::string tell(const TableAwaited& f) { return fmt::format("Table {} is not there yet.", f.table_name); }
  std::string tell(const TableDeclared& f) { return fmt::format("Table {} exists.", f.table_name); }
  std::string tell(const Written& f) {
    rules = f.actor.kind == ActorKind::ttl ? "TTL-8 STREAM-8" : "OP-1 STREAM-8";
    const std::string subject = capital(who(f.actor));
    if (f.kind == ChangeKind::remove)
      return fmt::format("{} removes {} from {}; it was {}.", subject, f.key.to_text(), table(f.table),
                         to_plain_text(f.old_image));
    if (f.kind == ChangeKind::insert)
      return fmt::format("{} writes {} to {}, where it is new: {}.", subject, f.key.to_text(), table(f.table),
                         to_plain_text(f.new_image));
    return fmt::format("{} changes {} in {} from {} to {}.", subject, f.key.to_text(), table(f.table),
                       to_plain_text(f.old_image), to_plain_text(f.new_image));
  }
  std::string tell(const WriteIgnored& f) {
    rules = "STREAM-6 STREAM-7";
    return fmt::format("{} writes {} to {} and changes nothing, so no record will tell of it.", capital(who(f.actor)),
                       f.key.to_text(), table(f.table));
  }
  std::string tell(const WriteRefused& f) {
    rules = f.error == ServiceError::condition_failed ? "STREAM-7" : is_throttle(f.error) ? "CAP-8" : "ERR-6";
    const std::string of = f.key == ItemKey() ? "" : " of " + f.key.to_text();
    return fmt::format("{} is refused a write{} to {}: {}{}{}.", capital(who(f.actor)), of, table(f.table), wire_name(f.error),
                       f.message.empty() ? "" : ": ", f.message);
  }
  std::string tell(const RequestRefused& f) {
    rules = is_throttle(f.error) ? "CAP-8" : "ERR-6";
    return fmt::format("{} is refused {}: {}{}{}", capital(who(f.actor)), f.call, wire_name(f.error),
                       f.message.empty() ? "." : ": ", f.message);
  }
  std::string tell(const ItemRead& f) {
    rules = f.expired ? "TTL-6" : "READ-1";
    if (f.item.empty())
      return fmt::format("{} reads {} from {} and finds nothing.", capital(who(f.actor)), f.key.to_text(), table(f.table));
    return fmt::format("{} reads {} from {}{}: {}.", capital(who(f.actor)), f.key.to_text(), table(f.table),
                       f.expired ? ", which has expired but is still there" : "", to_plain_text(f.item));
  }
  std::string tell(const StaleRead& f) {
    rules = "READ-1 READ-3";
    return fmt::format("{} reads {} as it was {} ago.", capital(who(f.actor)), table(f.table), to_text(f.behind));
  }
  std::string resource(TableId id, const std::string& index) const {
    return index.empty() ? table(id) : fmt::format("index {} of {}", index, table(id));
  }
  static std::string units(std::int64_t half_units) {
    return fmt::format("{}{} unit{}", half_units / 2, half_units % 2 == 0 ? "" : ".5", half_units == 2 ? "" : "s");
  }
  std::string tell(const IndexStatusChanged& f) {
    rules = "GSI-8";
    const std::string index = fmt::format("index {} of {}", names.index_name(f.index), table(f.table));
    switch (f.status) {
      case IndexStatus::creating:
        return fmt::format("{} is being created: nobody may read it, nor delete it or its table, while it is allocated.",
                           capital(index));
      case IndexStatus::backfilling:
        return fmt::format("The backfill of {} begins; from here on it is told of writes.", index);
      case IndexStatus::active:
        return fmt::format("{} is active and can be read.", capital(index));
      case IndexStatus::deleting:
        return fmt::format("{} is being deleted, and cannot be read any more.", capital(index));
      case IndexStatus::gone:
        return fmt::format("{} is gone.", capital(index));
    }
    return "";
  }
  std::string tell(const TableCallRefused& f) {
    const bool of_ttl = f.call.starts_with("update_time_to_live");
    rules = f.call == "update_capacity" ? "CAP-9 GSI-8" : of_ttl ? "TTL-12 TTL-13 TTL-14" : "GSI-8 LIMIT-2 TABLE-4";
    return fmt::format("The call {} on {} is refused: {}: {}", f.call, table(f.table), wire_name(f.error), f.message);
  }
  std::string tell(const CapacitySet& f) {
    rules = "CAP-2 CAP-3 CAP-6";
    const std::string how =
        f.billing == BillingMode::provisioned
            ? fmt::format("is provisioned with {} read and {} write units a second", f.read, f.write)
            : fmt::format("is on demand and serves {} read and {} write units a second at first", f.read, f.write);
    return fmt::format("{} {}, in {}.", capital(resource(f.table, f.index)), how, counted(f.partitions, "partition"));
  }
  std::string tell(const CapacityAsked& f) {
    rules = f.index.empty() || f.use == CapacityUse::read ? "CAP-1 CAP-8" : "CAP-8 GSI-6";
    const std::string what = fmt::format("{} of {} for a {}", units(f.half_units), resource(f.table, f.index), to_text(f.use));
    if (f.answer == CapacityAnswer::served)
      return fmt::format("{} uses {}, in partition {}.", capital(who(f.actor)), what, f.partition);
    return fmt::format("{} asks for {} and is throttled: {}.", capital(who(f.actor)), what, capacity_text(f));
  }
  std::string tell(const PartitionSplit& f) {
    rules = "CAP-5";
    return fmt::format("Partition {} of {} becomes two, since it {}.", f.partition, table(f.table),
                       f.reason == SplitReason::size ? "has grown too large" : "serves more than it can");
  }
  std::string tell(const TransactionCommitted& f) {
    rules = "TXN-2";
    const std::string checks = f.checks == 0 ? "" : " and " + counted(f.checks, "condition");
    return fmt::format("{} commits a transaction of {}{}.", capital(who(f.actor)), counted(f.writes, "write"), checks);
  }
  std::string tell(const TransactionCanceled& f) {
    rules = "TXN-4";
    std::string why;
    each_line(f.messages, [&](std::string_view line) { why.append("; ").append(line); });
    return fmt::format("{} sends a transaction, which is cancelled: {}{}", capital(who(f.actor)), f.reasons,
                       why.empty() ? "." : why);
  }
  std::string tell(const TransactionRepeated& f) {
    rules = "TXN-2";
    return fmt::format("{} sends the transaction \"{}\" again, which is done already.", capital(who(f.actor)), f.token);
  }
  std::string tell(const TtlJudged& f) {
    rules = f.verdict == TtlVerdict::deleted ? "TTL-2 TTL-4" : "TTL-7";
    return fmt::format("TTL comes to {} of {}, marked for its expiry at Unix second {}, and {} it.", f.key.to_text(),
                       table(f.table), f.expiry, f.verdict == TtlVerdict::deleted ? "deletes" : "spares");
  }
  std::string tell(const StreamEnabled& f) {
    rules = "STREAM-13";
    return fmt::format("Table {} gets a stream with view {}{}.", table(f.table), to_text(f.view),
                       f.enabling ? ", which is ENABLING for a while" : "");
  }
  std::string tell(const StreamActive&) {
    rules = "STREAM-12";
    return "The stream is ENABLED.";
  }
  std::string tell(const StreamDisabled&) {
    rules = "STREAM-12";
    return "The stream is disabled.";
  }
  std::string tell(const TableDeleted& f) {
    rules = "TABLE-5";
    return fmt::format("Table {} is deleted, with {}.", table(f.table), counted(f.items, "item"));
  }
  std::string tell(const IndexDeclared& f) {
    return fmt::format("Table {} has the {} index {}.", table(f.table), to_text(f.scope), f.index_name);
  }
  std::string tell(const IndexUpdated& f) {
    rules = "GSI-1 GSI-5";
    if (f.shown.empty())
      return fmt::format("Index {} hears of it: {} of {} is no longer under {}.", names.index_name(f.index), f.key.to_text(),
                         table(f.table), f.entry.to_text());
    return fmt::format("Index {} hears of it and shows {} of {} under {}: {}.", names.index_name(f.index), f.key.to_text(),
                       table(f.table), f.entry.to_text(), to_plain_text(f.shown));
  }
  std::string tell(const IndexRead& f) {
    rules = f.expired ? "TTL-6" : "GSI-3";
    return fmt::format("{} reads {} of {} from index {}, under {}{}: {}.", capital(who(f.actor)), f.key.to_text(),
                       table(f.table), names.index_name(f.index), f.entry.to_text(),
                       f.expired ? ", which has expired but is still there" : "", to_plain_text(f.item));
  }
  std::string tell(const IndexBehind& f) {
    rules = "GSI-1 OPEN-33";
    return fmt::format("{} reads index {} of {}, which has not heard of this write to {} yet.", capital(who(f.actor)),
                       names.index_name(f.index), table(f.table), f.key.to_text());
  }
  std::string tell(const StreamGone&) {
    rules = "STREAM-12";
    return "The disabled stream is gone.";
  }
  std::string tell(const ShardOpened& f) {
    rules = "SHARD-2";
    if (f.parent == no_shard) return fmt::format("Shard {} opens.", f.path);
    return fmt::format("Shard {} opens as a child of {}.", f.path, shard(f.parent));
  }
  std::string tell(const ShardClosed& f) {
    rules = "SHARD-1";
    return fmt::format("{} closes for good.", capital(shard(f.shard)));
  }
  std::string tell(const ShardGone& f) {
    rules = "SHARD-8";
    return fmt::format("{} is no longer listed.", capital(shard(f.shard)));
  }
  std::string tell(const Appended& f) {
    rules = f.by_ttl ? "STREAM-2 REC-6" : "STREAM-2";
    return fmt::format("The stream of {} shows it as record {}: {} of {} in {}{}.", table(f.table), f.record.value,
                       wire_name(f.event_name), f.key.to_text(), shard(f.shard), f.by_ttl ? ", marked as TTL's" : "");
  }
  std::string tell(const Trimmed& f) {
    rules = "STREAM-11";
    return fmt::format("{} of {} {} trimmed: more than 24 hours old.", counted(f.count, "record"), shard(f.shard),
                       f.count == 1 ? "is" : "are");
  }
  std::string tell(const PageRead& f) {
    rules = f.at_end ? "GREC-3" : "GREC-1";
    return fmt::format("{} reads {} from {}{}.", capital(who(f.actor)), records_of(f.records), shard(f.shard),
                       f.at_end ? " and comes to its end" : "");
  }
  std::string tell(const IteratorIssued& f) {
    rules = "ITER-1";
    return fmt::format("{} gets an iterator of {}, {}.", capital(who(f.actor)), shard(f.shard), to_text(f.type));
  }
  std::string tell(const StreamCallRefused& f) {
    rules = "ITER-3 ITER-4";
    return fmt::format("{} is refused a stream call: {}.", capital(who(f.actor)), wire_name(f.error));
  }
  std::string tell(const InvocationStarted& f) {
    rules = f.attempt == 0 ? "POLL-2 POLL-3" : "RETRY-1 POLL-8";
    if (f.records->empty()) {
      rules = "WIN-5";
      return fmt::format("{} calls {} without records, to end a window of {} (before batch {}, attempt {}; invocation {}).",
                         capital(mapping(f.mapping)), names.function_name(f.function), shard(f.shard), f.batch, f.attempt,
                         f.invocation.value);
    }
    return fmt::format("{} calls {} with {} of {} (batch {}, attempt {}; invocation {}).", capital(mapping(f.mapping)),
                       names.function_name(f.function), records_of(f.records), shard(f.shard), f.batch, f.attempt,
                       f.invocation.value);
  }
  std::string tell(const InvocationEnded& f) {
    rules = f.outcome == InvocationOutcome::ok ? (f.failures ? "RBIF-3" : "LOOP-7") : "RETRY-1";
    switch (f.outcome) {
      case InvocationOutcome::ok:
        if (f.failures > 0)
          return fmt::format("Invocation {} answers with {} to be tried again.", f.invocation.value,
                             counted(f.failures, "record"));
        return fmt::format("Invocation {} answers that all is done.", f.invocation.value);
      case InvocationOutcome::answer_lost:
        return fmt::format("Invocation {} did all its work, but its answer is lost: to the mapping it failed.",
                           f.invocation.value);
      case InvocationOutcome::threw:
        return fmt::format("Invocation {} fails: {}.", f.invocation.value, f.message);
      case InvocationOutcome::timed_out:
        return fmt::format("Invocation {} is killed at its time limit after {}.", f.invocation.value, counted(f.calls, "call"));
      case InvocationOutcome::crashed:
        return fmt::format("Invocation {} crashes after {}.", f.invocation.value, counted(f.calls, "call"));
      case InvocationOutcome::bad_response:
        return fmt::format("Invocation {} answers what the mapping cannot read: {}.", f.invocation.value, f.message);
    }
    return {};
  }
  std::string tell(const CallDisturbed& f) {
    rules = "OP-6 OPEN-49";
    return fmt::format("Call {} of {}: {}.", f.call, who(f.actor), to_text(f.fate));
  }
  std::string tell(const CallRetried& f) {
    rules = "WIRE-6 ERR-8";
    if (f.actor.kind == ActorKind::client || f.actor.kind == ActorKind::loader)
      return fmt::format("The SDK of {} tries call {} again by itself after {}.", who(f.actor), f.call, wire_name(f.error));
    return fmt::format("The client of {} tries call {} again by itself after {}: its code sees only the last answer.",
                       who(f.actor), f.call, wire_name(f.error));
  }
  std::string tell(const ReaderStarted& f) { return fmt::format("Reader {} starts.", f.reader_name); }
  std::string tell(const ReaderEnded& f) {
    return fmt::format("Reader {} ends: {}{}.", names.reader_name(f.reader), to_text(f.outcome),
                       f.message.empty() ? "" : ", " + f.message);
  }
  std::string tell(const ContainerEntered& f) {
    rules = "INV-4";
    return fmt::format("Invocation {} runs in container {} of {}, {}.", f.invocation.value, f.container,
                       names.function_name(f.function), f.cold ? "a new one" : "where earlier ones ran");
  }
  std::string tell(const Logged& f) { return fmt::format("{} logs: {}", capital(who(f.actor)), f.line); }
  std::string tell(const MappingDeclared& f) {
    return fmt::format("Mapping {} joins the stream to {}.", f.mapping_name, f.function_name);
  }
  std::string tell(const LanesDeclared& f) {
    rules = f.lanes > 1 ? "POLL-4" : "FILTER-1";
    const std::string lanes = f.lanes == 1 ? std::string()
                                           : fmt::format(" has {} lanes a shard, by {}", f.lanes,
                                                         f.by_partition ? "partition key" : "the key of the item");
    const std::string filters = f.filters == 0 ? std::string()
                                               : fmt::format(" hears of what {} wants",
                                                             f.filters == 1 ? std::string("its filter")
                                                                            : fmt::format("one of its {} filters", f.filters));
    return fmt::format("{}{}{}{}.", capital(mapping(f.mapping)), lanes, lanes.empty() || filters.empty() ? "" : ", and",
                       filters);
  }
  std::string tell(const WindowEnding& f) {
    rules = f.early ? "WIN-4" : "WIN-5";
    return fmt::format("The window of {} seconds from {} on ends for {} of {}{}.", f.end_unix - f.start_unix, f.start_unix,
                       shard(f.shard), mapping(f.mapping), f.early ? ", early: its state is above 1 MB" : "");
  }
  std::string tell(const ShardStarted& f) {
    rules = "LOOP-1";
    return fmt::format("{} begins to read {}.", capital(mapping(f.mapping)), shard(f.shard));
  }
  std::string tell(const ShardFinished& f) {
    rules = "LOOP-11";
    return fmt::format("{} has finished {}.", capital(mapping(f.mapping)), shard(f.shard));
  }
  std::string tell(const Settled& f) {
    rules = f.how == Settlement::handled ? "POLL-10" : f.how == Settlement::filtered ? "FILTER-5" : "RETRY-2 RETRY-3";
    return fmt::format("For {} {} of {}: {}{}.", mapping(f.mapping), records_of(f.records), shard(f.shard), to_text(f.how),
                       f.how == Settlement::handled || f.how == Settlement::skipped || f.how == Settlement::filtered ? ""
                       : f.sent ? ", told to the destination"
                                : ", told to nobody");
  }
  std::string tell(const DestinationSent& f) {
    rules = "DEST-1";
    return fmt::format("The on-failure destination gets a message about {}{}.", records_of(f.records),
                       f.with_content ? ", with their content" : ", without their content");
  }
  std::string tell(const Checkpointed& f) {
    rules = "POLL-10";
    return fmt::format("The checkpoint of {} passes record {}.", shard(f.shard), f.through.value);
  }
  std::string tell(const PollerLost& f) {
    rules = "LOOP-12 OPEN-42";
    return fmt::format(
        "The poller of {} that began invocation {} is lost: nobody hears its answer, and {} after another goes "
        "on where {} was last settled.",
        mapping(f.mapping), f.invocation.value, to_text(f.pause), shard(f.shard));
  }
  std::string tell(const Replayed& f) {
    rules = "OPEN-10";
    return fmt::format("The new poller of {} goes back behind what was settled past the checkpoint of {}: {} will come again.",
                       mapping(f.mapping), shard(f.shard), records_of(f.records));
  }
  std::string tell(const RetryScheduled& f) {
    rules = "RETRY-1 RETRY-5";
    return fmt::format("{} will try batch {} again in {} (attempt {}).", capital(mapping(f.mapping)), f.batch, to_text(f.pause),
                       f.attempt);
  }
  std::string tell(const Bisected& f) {
    rules = "RETRY-6";
    return fmt::format("Batch {} is cut in two, {} and {}.", f.batch, counted(f.first_half, "record"),
                       counted(f.second_half, "record"));
  }
  std::string queue(QueueId id) const { return "queue " + names.queue_name(id); }
  std::string tell(const QueueDeclared& f) { return fmt::format("{} exists ({}).", capital(queue(f.queue)), to_text(f.type)); }
  std::string tell(const MessageSent& f) {
    rules = "ESM-13";
    if (f.repeats)
      return fmt::format("{} answers a message as sent and drops it: it took {} less than five minutes ago.",
                         capital(queue(f.queue)), f.deduplication_id);
    return fmt::format("{} takes message {}{}.", capital(queue(f.queue)), f.message.value,
                       f.deduplication_id.empty() ? "" : ", known by " + f.deduplication_id);
  }
  std::string tell(const MessageReceived& f) {
    rules = "ESM-13";
    return fmt::format("{} receives message {} of {}{}.", capital(who(f.actor)), f.message.value, queue(f.queue),
                       f.receives > 1 ? fmt::format(", which comes for the {}. time", f.receives) : "");
  }
  std::string tell(const MessageGone& f) {
    rules = "ESM-13";
    return fmt::format("Message {} of {} is {}.", f.message.value, queue(f.queue),
                       f.how == MessageEnd::removed ? "removed" : "gone: its retention period is over");
  }
  std::string tell(const ObjectStored& f) {
    rules = "DEST-6";
    return fmt::format("Bucket {} has the object {} ({} bytes).", f.bucket, f.key, f.bytes);
  }
  std::string tell(const ObjectUsed& f) {
    rules = "DEST-6";
    return fmt::format("{} {} the object {} of bucket {}.", capital(who(f.actor)),
                       f.how == ObjectUse::read ? "reads" : "removes", f.key, f.bucket);
  }
  std::string tell(const DestinationFailed& f) {
    rules = f.error == ServiceError::access_denied ? "DEST-7 ESM-29" : "DEST-7";
    return fmt::format("The failure record about {} never comes to its destination, and the mapping goes on: {}.",
                       records_of(f.records),
                       f.action.empty() ? std::string(wire_name(f.error)) : denial_text(f.role, f.action, f.resource));
  }
  std::string tell(const AccessDenied& f) {
    rules = "IAM-1";
    return fmt::format("{} is refused {} on {}: the role {} does not allow it.", capital(who(f.actor)), f.action, f.resource,
                       f.role);
  }
  std::string tell(const RoleSet& f) {
    rules = "IAM-1";
    return fmt::format("The role {} allows what its policy says from here on: {}.", f.role, to_plain_text(f.policy));
  }
  std::string tell(const MappingAccess& f) {
    rules = "IAM-2 ESM-29 ESM-20";
    if (f.missing.empty())
      return fmt::format("{} may go on: the role {} allows all it needs.", capital(mapping(f.mapping)), f.role);
    return fmt::format("{} can {}: {}. Its last processing result says \"{}\".", capital(mapping(f.mapping)),
                       f.missing == "lambda:InvokeFunction" ? "call nothing, and tries again and again" : "read nothing",
                       denial_text(f.role, f.missing, f.resource), f.result);
  }
  std::string tell(const MappingStateChanged& f) {
    rules = f.last_processing_result == ProcessingResult::stream_ended ? "ESM-28 STREAM-13" : "ESM-20 ESM-22";
    return fmt::format("{} is {} ({}); last processing result: {}.", capital(mapping(f.mapping)), to_text(f.state), f.reason,
                       to_text(f.last_processing_result));
  }
  std::string tell(const MappingUpdated& f) {
    rules = "ESM-22 OPEN-43";
    return fmt::format("From here on {} goes by its new settings and calls {}.", mapping(f.mapping), f.function_name);
  }
  std::string tell(const MappingCallRefused& f) {
    rules = "ESM-23 ESM-24 ESM-26";
    return fmt::format("The call on mapping {} is refused: {}: {}", f.mapping_name, wire_name(f.error), f.message);
  }
  std::string tell(const ConcurrencyRefused& f) {
    rules = "POLL-12";
    return fmt::format("Function {} is refused a reserved concurrency of {}: {}", f.of, f.limit, f.message);
  }
  std::string tell(const ConcurrencySet& f) {
    rules = "POLL-12";
    const std::string whose = f.of == "account" ? "The account" : "Function " + f.of;
    return f.limit < 0 ? whose + " has no concurrency of its own any more."
                       : fmt::format("{} may run {} at once.", whose, counted(static_cast<std::size_t>(f.limit), "invocation"));
  }
  std::string tell(const InvocationThrottled& f) {
    rules = "POLL-11 POLL-12";
    const std::string function = names.function_name(f.function);
    return fmt::format(
        "The call of {} with batch {} of {} is throttled before the handler runs, at no cost to its attempts: {}.", function,
        f.batch, shard(f.shard), throttle_text(f.by, f.limit, function));
  }
  std::string tell(const FunctionDeclared& f) { return fmt::format("Function {} comes in.", f.function_name); }
  std::string tell(const IteratorAge& f) {
    rules = "POLL-14";
    return fmt::format("Iterator age of {}: {} when sent, {} when done.", shard(f.shard), to_text(f.at_send),
                       to_text(f.at_end));
  }
};

}  // namespace

StoryLine sentence_of(const Fact& fact, FactWriter& names) {
  names.learn(fact);
  Teller teller{names, {}};
  StoryLine line{.at = fact.at, .fact = fact.index};
  line.text = std::visit([&](const auto& body) { return teller.tell(body); }, fact.what);
  line.rules = std::move(teller.rules);
  return line;
}

}  // namespace weir
