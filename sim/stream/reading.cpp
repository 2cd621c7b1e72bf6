// Iterators and pages: how hand-written readers come to the records of a shard.
#include <algorithm>
#include <memory>

#include "sim/base/planted.hpp"
#include "sim/data/constraints.hpp"
#include "sim/stream/actor_key.hpp"
#include "sim/stream/sites.hpp"
#include "sim/stream/streams.hpp"

namespace weir {

namespace {

constexpr Duration iterator_life = 15min;          // [ITER-2]
constexpr int most_records = 1000;                 // [GREC-1]
constexpr std::uint32_t most_bytes = 1024 * 1024;  // [GREC-1]

constexpr std::size_t surely_served = 5;  // reads of a shard in any second                     [OPEN-27]
constexpr std::size_t most_counted = 20;

constexpr std::string_view expired_message =
    "The shard iterator has expired and can no longer be used to retrieve stream records.";
constexpr std::string_view trimmed_message = "The operation attempted to read past the oldest stream record in a shard.";
constexpr std::string_view shard_message = "Requested resource not found: Shard does not exist";

bool wants_number(IteratorType type) {
  return type == IteratorType::at_sequence_number || type == IteratorType::after_sequence_number;
}

// The ordinal of the first record at (or after) a sequence number that need not be any record's.
std::uint64_t ordinal_of(const Shard& shard, SequenceNumber number, IteratorType type) {
  if (number < shard.starting_number) return shard.trimmed;
  const std::uint64_t distance = number.value - shard.starting_number.value;
  const std::uint64_t gap = std::max<std::uint64_t>(shard.gap, 1);  // none only where a test planted that
  const bool past = type == IteratorType::after_sequence_number || distance % gap != 0;
  return std::clamp(distance / gap + (past ? 1 : 0), shard.trimmed, shard.end_ordinal());
}

}  // namespace

Result<IteratorId> Streams::get_shard_iterator(Kernel& kernel, TableId table, ShardId shard, IteratorType type,
                                               std::optional<SequenceNumber> number, const Actor& actor) {
  const bool of_table = known(shard) && table_of(stream_of(shard)) == table;
  const StreamId stream = of_table ? stream_of(shard) : stream_of(table).value_or(no_stream);
  return get_shard_iterator(kernel, stream, shard, type, number, actor);
}

Result<IteratorId> Streams::get_shard_iterator(Kernel& kernel, StreamId stream, ShardId shard_id, IteratorType type,
                                               std::optional<SequenceNumber> number, const Actor& actor) {
  if (wants_number(type) != number.has_value())
    return refuse(kernel, stream, shard_id, ServiceError::validation,
                  number ? "SequenceNumber is not valid for this ShardIteratorType"
                         : "SequenceNumber is required for this ShardIteratorType",
                  actor);
  if (!known(shard_id) || stream_of(shard_id) != stream || gone(shard_id))
    return refuse(kernel, stream, shard_id, ServiceError::resource_not_found, shard_message, actor);
  const Shard& shard = of(shard_id);
  if (number && shard.trimmed > 0 && *number <= shard.number_of(shard.trimmed - 1))
    return refuse(kernel, stream, shard_id, ServiceError::trimmed_data_access, trimmed_message, actor);

  Iterator fresh;
  fresh.shard = shard_id;
  fresh.reader = actor;
  fresh.of_reader = iterators_asked_[{actor, shard_id}]++;
  fresh.ordinal = shard.trimmed;
  if (number) fresh.ordinal = ordinal_of(shard, *number, type);
  if (type == IteratorType::latest) {
    Key key = shard_key(shard);
    add_actor(key, actor).add("iterator", fresh.of_reader);
    const Duration slack = kernel.choose(stream_latest_slack, key);
    fresh.ordinal = slack == Duration{} ? shard.end_ordinal() : ordinal_at(shard_id, kernel.now() - slack);
  }
  kernel.note(IteratorIssued{stream, shard_id, type, actor});
  return issue(kernel, fresh);
}

IteratorId Streams::issue(Kernel& kernel, const Iterator& iterator) {
  const bool outlives = kernel.planted(Planted::expired_iterator_reads);
  while (!outlives && !iterators_.empty() && iterators_.front().issued_at + iterator_life <= kernel.now()) {
    iterators_.pop_front();
    iterators_dropped_ += 1;
  }
  iterators_.push_back(iterator);
  iterators_.back().issued_at = kernel.now();
  return IteratorId{iterators_dropped_ + iterators_.size() - 1};
}

Result<RecordsPage> Streams::get_records(Kernel& kernel, IteratorId id, int limit, const Actor& actor) {
  if (const std::optional<Failed> wrong = Constraints().value("limit", limit, 1, most_records).refusal())
    return refuse(kernel, no_stream, no_shard, ServiceError::validation, wrong->message, actor);
  if (id.value >= iterators_dropped_ + iterators_.size())
    return refuse(kernel, no_stream, no_shard, ServiceError::validation, "Invalid ShardIterator", actor);
  if (id.value < iterators_dropped_)
    return refuse(kernel, no_stream, no_shard, ServiceError::expired_iterator, expired_message, actor);
  Iterator& at = iterators_[static_cast<std::size_t>(id.value - iterators_dropped_)];
  const Shard& shard = of(at.shard);
  if (at.issued_at + iterator_life <= kernel.now() && !kernel.planted(Planted::expired_iterator_reads))
    return refuse(kernel, shard.stream, shard.id, ServiceError::expired_iterator, expired_message, actor);
  if (shard.phase == ShardPhase::gone)
    return refuse(kernel, shard.stream, shard.id, ServiceError::resource_not_found, shard_message, actor);
  if (at.ordinal < shard.trimmed && kernel.planted(Planted::trimmed_place_not_told)) at.ordinal = shard.trimmed;
  if (at.ordinal < shard.trimmed)
    return refuse(kernel, shard.stream, shard.id, ServiceError::trimmed_data_access, trimmed_message, actor);

  if (too_many_readers(kernel, shard, actor))
    return refuse(kernel, shard.stream, shard.id, ServiceError::limit_exceeded, "Too many readers of the shard", actor);
  if (reads_too_often(kernel, shard))
    return refuse(kernel, shard.stream, shard.id, ServiceError::limit_exceeded, "Rate exceeded for the shard", actor);

  const bool closed_for_good = shard.phase == ShardPhase::closed;
  const bool drained = at.ordinal == shard.end_ordinal();
  const bool something_to_say = !drained || closed_for_good;
  const bool empty_first = something_to_say && shows_empty_page(kernel, at, drained);

  Iterator next = at;
  RecordsPage page;
  bool at_end = false;
  if (empty_first) {
    next.empty_pages -= 1;
  } else if (drained) {
    at_end = closed_for_good;
  } else {
    page.records = page_of(shard, at.ordinal, limit);
    next.ordinal += page.records.size();
    if (kernel.planted(Planted::page_skips_a_record) && page.records.size() > 1) page.records.erase(page.records.begin());
    next.page += 1;
    next.empty_pages = -1;
    at_end = closed_for_good && shard.end_with_records && next.ordinal == shard.end_ordinal();
    at_end |= closed_for_good && kernel.planted(Planted::end_told_early);
  }
  if (!at_end) page.next = issue(kernel, next);  // `at` is not to be used from here on

  auto ids = std::make_shared<std::vector<RecordId>>();
  ids->reserve(page.records.size());
  std::uint64_t bytes = 0;
  for (const StreamRecord& record : page.records) {
    ids->push_back(record.id);
    bytes += record.size_bytes;
  }
  kernel.note(PageRead{shard.stream, shard.id, std::move(ids), at_end, actor, bytes});
  return page;
}

// Whatever the bound is, five reads a second are within it. Of a shard that never gets more nothing is asked.      [OPEN-27]
bool Streams::reads_too_often(Kernel& kernel, const Shard& shard) {
  const Instant now = kernel.now();
  ReadRate& rate = read_rates_[shard.id];
  while (!rate.served.empty() && rate.served.front() + 1s <= now) rate.served.pop_front();
  if (rate.served.size() >= surely_served && !rate.most) rate.most = kernel.choose(stream_read_rate, shard_key(shard));
  const bool bounded = rate.most.value_or(0) > 0 && !kernel.healed();
  if (bounded && rate.served.size() >= std::max(surely_served, static_cast<std::size_t>(*rate.most))) return true;
  if (rate.served.size() < most_counted) rate.served.push_back(now);
  return false;
}

// Asked once before each page with records and once before the end; the iterator remembers the answer.   [GREC-2] [OPEN-22]
bool Streams::shows_empty_page(Kernel& kernel, Iterator& at, bool at_end) {
  if (at.empty_pages < 0) {
    Key key = shard_key(of(at.shard));
    add_actor(key, at.reader).add("iterator", at.of_reader).add("page", at.page);
    const std::int64_t pages = at_end ? kernel.choose(stream_empty_end_pages, key) : kernel.choose(stream_empty_pages, key);
    at.empty_pages = static_cast<std::int32_t>(pages);
  }
  return at.empty_pages > 0;
}

// A record that is larger than a page by itself still makes one: nothing larger than 1 MB exists, see ITEM-2.
std::vector<StreamRecord> Streams::page_of(const Shard& shard, std::uint64_t ordinal, int limit) const {
  std::vector<StreamRecord> records;
  std::uint32_t bytes = 0;
  for (; ordinal < shard.end_ordinal() && records.size() < static_cast<std::size_t>(limit); ++ordinal) {
    StreamRecord record = to_stream_record(shard.id, ordinal);
    if (!records.empty() && bytes + record.size_bytes > most_bytes) break;
    bytes += record.size_bytes;
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace weir
