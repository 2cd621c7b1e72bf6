// O-RETENTION: a record can be read for 24 h from when it was appended, and is trimmed at most 24 h later; what is trimmed is
// handed to nobody any more.                                                          [STREAM-11] [ITER-3] [OPEN-20]
//
//   ends   a stream that is gone took its records with it                              [STREAM-12]
#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

class Retention final
    : public Watching<Retention, Appended, InvocationStarted, PageRead, Trimmed, ShardOpened, ShardGone, StreamGone, RunEnded> {
 public:
  explicit Retention(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  struct Record {
    FactIndex appended = no_fact;
    Instant at{};
    ShardId shard = no_shard;
  };
  struct Shard {
    StreamId stream;
    FactIndex trimmed = no_fact, gone = no_fact;
    RecordId trimmed_through;
  };

  void on(const ShardOpened& opened, const Fact&) { shards_.at(opened.shard).stream = opened.stream; }
  void on(const ShardGone& gone, const Fact& fact) { shards_.at(gone.shard).gone = fact.index; }
  void on(const StreamGone& gone, const Fact& fact) {
    shards_.each([&](ShardId, Shard& shard) {
      if (shard.stream == gone.stream && shard.gone == no_fact) shard.gone = fact.index;
    });
  }
  void on(const Appended& appended, const Fact& fact) {
    records_.at(appended.record) = {fact.index, fact.at, appended.shard};
    shards_.at(appended.shard).stream = appended.stream;
    appended_ += 1;
  }

  void on(const Trimmed& trimmed, const Fact& fact) {
    const Record* record = records_.find(trimmed.through);
    if (!record || record->appended == no_fact || record->shard != trimmed.shard)
      return violate(shard_text(trimmed.shard) + " is trimmed through a record that it never held, at " + to_text(fact.at),
                     {fact.index});
    if (span_between(record->at, fact.at) < retention)
      return violate("a record appended at " + to_text(record->at) + " is trimmed at " + to_text(fact.at) +
                         ", before its 24 hours are over",
                     {record->appended, fact.index});
    Shard& shard = shards_.at(trimmed.shard);
    shard.trimmed = fact.index;
    shard.trimmed_through = trimmed.through;
  }

  void on(const PageRead& page, const Fact& fact) {
    for (const RecordId id : each_of(page.records)) judge_delivery(id, fact, "read");
  }
  void on(const InvocationStarted& invocation, const Fact& fact) {
    for (const RecordId id : each_of(invocation.records)) judge_delivery(id, fact, "delivered");
  }
  void judge_delivery(RecordId id, const Fact& fact, std::string_view how) {
    const Record* record = records_.find(id);
    if (!record || record->appended == no_fact)
      return violate("a record that was never appended is " + std::string(how) + " at " + to_text(fact.at), {fact.index});
    const FactIndex removal = removed(id, *record);
    if (removal == no_fact && !too_old(*record, fact.at)) return;
    const std::string what =
        "a record appended at " + to_text(record->at) + " is " + std::string(how) + " at " + to_text(fact.at);
    violate(what + (removal != no_fact ? " after it left the stream" : ", past retention and the longest trim slack"),
            {record->appended, removal, fact.index});
  }

  void on(const RunEnded&, const Fact& fact) {
    records_.each([&](RecordId id, const Record& record) {
      if (record.appended == no_fact || !too_old(record, fact.at) || removed(id, record) != no_fact) return;
      violate("a record appended at " + to_text(record.at) + " can still be read at " + to_text(fact.at) +
                  ", past retention and the longest trim slack",
              {record.appended, fact.index});
    });
  }
  void finish() override {
    if (appended_ == 0) unknown("no record was written to a stream");
  }

  static bool too_old(const Record& record, Instant now) { return span_between(record.at, now) > retention + most_trim_slack; }
  // What took the record out of the stream; no_fact while it is in.
  FactIndex removed(RecordId id, const Record& record) {
    const Shard* shard = shards_.find(record.shard);
    if (!shard) return no_fact;
    if (shard->trimmed != no_fact && id <= shard->trimmed_through) return shard->trimmed;
    return shard->gone;
  }

  Dense<RecordId, Record> records_;
  Dense<ShardId, Shard> shards_;
  std::uint64_t appended_ = 0;
};

}  // namespace

OracleEntry retention_entry() {
  return {
      {.name = "O-RETENTION",
       .rules = "STREAM-11 STREAM-12 ITER-3",
       .promise = "A record stays readable for 24 hours, and no longer than 24 hours more.",
       .always = true},
      [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> { return std::make_unique<Retention>(info); }};
}

}  // namespace weir
