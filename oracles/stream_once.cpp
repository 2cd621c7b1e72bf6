// O-STREAM: each write that commits while a stream is enabled becomes exactly one record, which shows that write; nothing
// else does.                                                                        [STREAM-2] [STREAM-6] [STREAM-10]
//
//   late    a write with no record when the run ends is lost once it is older than longest_capture_delay      [OPEN-7]
//   cuts    writes while a stream is ENABLING, and around its disabling, may go uncaptured, with a monotone cut per item: no
//   hole
//           after a record at the enabling, no record after a hole at the disabling. Once it is ENABLED no write may
//                                                                                            [OPEN-18] [STREAM-10] [STREAM-12]
#include <algorithm>
#include <map>

#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

constexpr Duration longest_disable_cut_before = 10s, longest_disable_cut_after = 5min;
constexpr Duration forget_after = 24h;

class StreamOnce final : public Watching<StreamOnce, Written, Appended, StreamEnabled, StreamActive, StreamDisabled, RunEnded> {
 public:
  explicit StreamOnce(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  // A write on its way into a stream.
  struct Pending {
    FactIndex write = no_fact;
    Instant at{};
    std::uint64_t key = 0, old_image = 0, new_image = 0;  // hashes of content
    TableId table;
    StreamId stream;
    ChangeKind kind = ChangeKind::insert;
    bool appended = false;
  };
  struct TableSide {
    StreamId stream;
    bool has_stream = false, enabled = false;
    Instant disabled_at{};
  };
  struct StreamSide {
    StreamView view = StreamView::none;
    TableId table;
    bool disabled = false;
    FactIndex enabled = no_fact;  // what made it ENABLED; no_fact: it is ENABLING
    Instant disabled_at{};
  };
  struct Sighting {
    FactIndex write = no_fact, appended = no_fact;
  };

  void on(const StreamEnabled& enabled, const Fact& fact) {
    StreamSide& stream = streams_.at(enabled.stream);
    TableSide& table = tables_.at(enabled.table);
    stream = {enabled.view, enabled.table, false, enabled.enabling ? no_fact : fact.index, {}};
    table = {enabled.stream, true, true, {}};
  }
  void on(const StreamActive& active, const Fact& fact) { streams_.at(active.stream).enabled = fact.index; }
  void on(const StreamDisabled& disabled, const Fact& fact) {
    StreamSide& stream = streams_.at(disabled.stream);
    stream.disabled = true;
    stream.disabled_at = fact.at;
    TableSide& table = tables_.at(stream.table);
    if (table.stream != disabled.stream) return;
    table.enabled = false;
    table.disabled_at = fact.at;
  }

  void on(const Written& written, const Fact& fact) {
    if (written.kind == ChangeKind::modify && written.old_image == written.new_image)
      return violate("a write that left " + item_text(written.table, written.key) + " as it was, at " + to_text(fact.at) +
                         ", counts as a change",
                     {fact.index});
    const TableSide* table = tables_.find(written.table);
    if (!table || !table->has_stream) return;
    if (!table->enabled && span_between(table->disabled_at, fact.at) > longest_disable_cut_after) return;
    pending_.push_back({fact.index, fact.at, written.key.hash(), written.old_image.hash(), written.new_image.hash(),
                        written.table, table->stream, written.kind, false});
  }

  void on(const Appended& appended, const Fact& fact) {
    records_ += 1;
    Pending* const pending = find(appended.write);
    if (!pending || pending->appended) return not_expected(appended, fact);
    sightings_.at(appended.record) = {appended.write, fact.index};
    pending->appended = true;
    const std::string_view wrong = mismatch(*pending, appended);
    if (!wrong.empty())
      return violate("the record of " + item_text(appended.table, appended.key) + " at " + to_text(fact.at) + " shows " +
                         std::string(wrong) + " than its write",
                     {appended.write, fact.index});
    if (cut_at_start(*pending)) captured_early_.emplace(place(*pending), pending->write);
    for (; first_ < pending_.size() && done_with(pending_[first_], fact.at); ++first_) judge_start(pending_[first_]);
    if (first_ > 64 && first_ * 2 > pending_.size()) {
      pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }

  void on(const RunEnded&, const Fact& fact) {
    ended_ = true;
    std::map<std::pair<std::uint32_t, std::uint64_t>, const Pending*> holes;  // by stream and item
    for (std::size_t i = first_; i < pending_.size(); ++i) {
      const Pending& write = pending_[i];
      if (!write.appended) {
        if (span_between(write.at, fact.at) <= longest_capture_delay) continue;
        if (!may_be_cut(write))
          return violate("the write to " + names().table_name(write.table) + " at " + to_text(write.at) +
                             " has no record in the stream when the run ends at " + to_text(fact.at),
                         {write.write, fact.index});
        judge_start(write);
        if (streams_.at(write.stream).disabled && !cut_at_start(write)) holes.emplace(place(write), &write);
      } else if (const auto hole = holes.find(place(write)); hole != holes.end()) {
        return violate("the write at " + to_text(hole->second->at) + " has no record, but a later one of the same item has",
                       {hole->second->write, write.write});
      }
    }
  }
  // Of a write that has its record, or will never have one.
  void judge_start(const Pending& write) {
    if (write.appended || captured_early_.empty() || !cut_at_start(write) || cut_at_end(write)) return;
    const auto captured = captured_early_.find(place(write));
    if (captured == captured_early_.end() || captured->second > write.write) return;
    violate("the write at " + to_text(write.at) +
                " while the stream was ENABLING has no record, but an earlier one of the same " + "item has",
            {captured->second, write.write});
  }

  void finish() override {
    if (records_ == 0)
      unknown("no record was written to a stream");
    else if (!ended_)
      unknown("the trace stops before the end of the run");
  }

  static std::pair<std::uint32_t, std::uint64_t> place(const Pending& write) { return {write.stream.value, write.key}; }

  Pending* find(FactIndex write) {
    if (first_ < pending_.size() && pending_[first_].write == write) return &pending_[first_];  // as a rule
    const auto begin = pending_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto at = std::lower_bound(begin, pending_.end(), write,
                                     [](const Pending& entry, FactIndex wanted) { return entry.write < wanted; });
    return at != pending_.end() && at->write == write ? &*at : nullptr;
  }
  bool done_with(const Pending& write, Instant now) {
    return write.appended || (span_between(write.at, now) > forget_after && may_be_cut(write));
  }
  bool cut_at_start(const Pending& write) { return write.write < streams_.at(write.stream).enabled; }
  bool cut_at_end(const Pending& write) {
    const StreamSide& stream = streams_.at(write.stream);
    return stream.disabled && span_between(write.at, stream.disabled_at) <= longest_disable_cut_before;
  }
  bool may_be_cut(const Pending& write) { return cut_at_start(write) || cut_at_end(write); }

  std::string_view mismatch(const Pending& write, const Appended& record) {
    const StreamSide& stream = streams_.at(record.stream);
    if (record.table != write.table || record.key.hash() != write.key || stream.table != write.table) return "another item";
    if (record.event_name != write.kind) return "another kind of change";
    if (shows_old_image(stream.view) && record.old_image.hash() != write.old_image) return "another old image";
    if (shows_new_image(stream.view) && record.new_image.hash() != write.new_image) return "another new image";
    return "";
  }

  void not_expected(const Appended& appended, const Fact& fact) {
    const std::string record = "the record of " + item_text(appended.table, appended.key) + " at " + to_text(fact.at);
    FactIndex before = no_fact;
    sightings_.each([&](RecordId, const Sighting& sighting) {
      if (sighting.write == appended.write && sighting.appended != no_fact) before = sighting.appended;
    });
    if (before != no_fact)
      return violate(record + " shows a write that has a record already", {appended.write, before, fact.index});
    violate(record + " shows no change that was committed while the stream was enabled", {appended.write, fact.index});
  }

  Dense<TableId, TableSide> tables_;
  Dense<StreamId, StreamSide> streams_;
  Dense<RecordId, Sighting> sightings_;
  std::vector<Pending> pending_;  // in order of writes; those before first_ are done with
  std::size_t first_ = 0;
  std::map<std::pair<std::uint32_t, std::uint64_t>, FactIndex> captured_early_;  // the first while ENABLING, by stream and item
  std::uint64_t records_ = 0;
  bool ended_ = false;
};

}  // namespace

OracleEntry stream_once_entry() {
  return {
      {.name = "O-STREAM",
       .rules = "STREAM-2 STREAM-6 STREAM-10",
       .promise = "Each change committed while a stream is enabled appears in it exactly once, and nothing else does.",
       .always = true},
      [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<StreamOnce>(info); }};
}

}  // namespace weir
