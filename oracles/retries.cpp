// O-RETRY: the mapping tries a batch once and as many times more as its settings say, whatever the reason of each failure, and
// none whose first record is older than they allow.                                     [ESM-7] [ESM-8] [RETRY-2] [RETRY-6]
//
//   retries  a record given up for them was in 1 + retries failed tries, those not counted that ended in a cut of the batch;
//            and the same records are not tried once more after so many failures in a row. A try that never reached the handler
//            is none; a failure is one as its mapping judges it, in a retry or a giving up that comes of that invocation's end:
//            a retry that comes of a throttle or of a lacking permission is none                     [POLL-11]
//   change   a mapping that is Enabled anew, after a pause or an update, may count failures anew likewise: so many in a row are
//            too many only from there on. What was given up was in enough of them at all                     [ESM-25]
//   failover a poller that takes a lane over knows its place alone: it counts failures anew, and what became of the invocation
//            that the lost one began is none; so in each lane of the shard that goes back            [LOOP-12] [OPEN-10]
//   age      a record given up for it is older, the first record of a batch that is tried is not. By whole seconds   [REC-4]
#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

class Retries final : public Watching<Retries, Appended, InvocationStarted, InvocationEnded, Bisected, RetryScheduled, Settled,
                                      MappingDeclared, MappingStateChanged, PollerLost, Replayed> {
 public:
  Retries(const OracleInfo& info, const OracleSpec& spec) : Watching(info), name_of_mapping_(text_of(spec, "mapping")) {
    if (const std::string retries = text_of(spec, "retries"); !retries.empty()) tries_ = std::stoull(retries) + 1;
    age_ = parse_duration(text_of(spec, "age"));
  }

 private:
  friend Watching;

  struct Record {
    std::int64_t created = 0;
    std::uint64_t failures = 0;
    FactIndex appended = no_fact;
  };
  struct Flight {
    RecordList records;
    FactIndex noted = no_fact;  // its start, then its end
  };
  // Failed tries of the very same records in a row.
  struct Streak {
    RecordId first, last;
    std::uint64_t failures = 0;
    FactIndex latest = no_fact;
  };

  void on(const MappingDeclared& declared, const Fact&) {
    if (declared.mapping_name == name_of_mapping_) ours_ = declared.mapping;
  }
  bool is_ours(MappingId mapping) const { return ours_ && *ours_ == mapping; }
  void on(const Appended& appended, const Fact& fact) { records_.at(appended.record) = {appended.created, 0, fact.index}; }

  void on(const InvocationStarted& started, const Fact& fact) {
    if (!is_ours(started.mapping) || each_of(started.records).empty()) return;
    tried_ += 1;
    flights_.at(started.invocation) = {started.records, fact.index};
    const RecordId first = each_of(started.records).front(), last = each_of(started.records).back();
    const Streak& streak = streaks_.at(started.shard);
    if (tries_ && streak.failures >= *tries_ && streak.first == first && streak.last == last)
      return object("tries a batch of " + shard_text(started.shard) + " again at " + to_text(fact.at) + " after " +
                        count_text(streak.failures, "failure", "failures"),
                    {streak.latest, fact.index});
    const Record& oldest = records_.at(first);
    if (age_ && sum_clamped(unix_at(fact.at), -oldest.created) > *age_ / 1s)
      object("tries a record at " + to_text(fact.at) + " that is older than " + to_text(*age_), {oldest.appended, fact.index});
  }
  void on(const InvocationEnded& ended, const Fact& fact) {
    if (!is_ours(ended.mapping)) return;
    ended_ = flights_.at(ended.invocation);
    ended_.noted = fact.index;
    flights_.at(ended.invocation) = {};
  }
  void on(const MappingStateChanged& changed, const Fact&) {
    if (!is_ours(changed.mapping) || changed.state != MappingState::enabled) return;
    streaks_.each([](ShardId, Streak& streak) { streak = {}; });
  }
  void on(const PollerLost& lost, const Fact&) {
    if (!is_ours(lost.mapping)) return;
    flights_.at(lost.invocation) = {};
    streaks_.at(lost.shard) = {};
  }
  void on(const Replayed& replayed, const Fact&) {
    if (!is_ours(replayed.mapping)) return;
    for (const RecordId id : each_of(replayed.records)) records_.at(id).failures = 0;
    streaks_.at(replayed.shard) = {};
  }
  void on(const Bisected& bisected, const Fact&) {
    if (is_ours(bisected.mapping)) ended_ = {};
  }
  void on(const RetryScheduled& retry, const Fact& fact) {
    if (is_ours(retry.mapping)) count_failure(retry.shard, fact);
  }
  void on(const Settled& settled, const Fact& fact) {
    if (!is_ours(settled.mapping)) return;
    if (settled.how == Settlement::retries_exhausted) count_failure(settled.shard, fact);
    for (const RecordId id : each_of(settled.records)) {
      const Record& record = records_.at(id);
      if (tries_ && settled.how == Settlement::retries_exhausted && record.failures < *tries_)
        return object("gives a record up at " + to_text(fact.at) + " after " +
                          count_text(record.failures, "failure", "failures") + ", not " + std::to_string(*tries_),
                      {record.appended, fact.index});
      if (age_ && settled.how == Settlement::age_exceeded && sum_clamped(unix_at(fact.at), -record.created) < *age_ / 1s)
        return object("gives a record up at " + to_text(fact.at) + " as older than " + to_text(*age_) + ", which it is not",
                      {record.appended, fact.index});
    }
  }
  void finish() override {
    if (tried_ == 0) unknown("mapping " + name_of_mapping_ + " tried no batch");
  }

  // Of what a fact without a cause came, the last end is taken for.
  void count_failure(ShardId shard, const Fact& fact) {
    if (fact.cause != no_fact && fact.cause != ended_.noted) return;
    const std::span<const RecordId> batch = each_of(ended_.records);
    if (batch.empty()) return;
    for (const RecordId id : batch) records_.at(id).failures += 1;
    Streak& streak = streaks_.at(shard);
    if (streak.failures == 0 || streak.first != batch.front() || streak.last != batch.back())
      streak = {batch.front(), batch.back(), 0, no_fact};
    streak.failures += 1;
    streak.latest = ended_.noted;
    ended_ = {};
  }
  void object(const std::string& what, std::vector<FactIndex> evidence) {
    violate("mapping " + name_of_mapping_ + " " + what, std::move(evidence));
  }

  std::string name_of_mapping_;
  std::optional<std::uint64_t> tries_;
  std::optional<Duration> age_;
  std::optional<MappingId> ours_;
  Dense<RecordId, Record> records_;
  Dense<InvocationId, Flight> flights_;
  Dense<ShardId, Streak> streaks_;
  Flight ended_;  // failed or not, with nothing known of it yet
  std::uint64_t tried_ = 0;
};

}  // namespace

OracleEntry retries_entry() {
  return {{.name = "O-RETRY",
           .rules = "ESM-7 ESM-8 RETRY-2 RETRY-6 RETRY-9",
           .promise = "A batch is tried once and as many times more as the mapping's settings say, and none that is too old.",
           .parameters = {{.name = "mapping", .meaning = "the mapping's name"},
                          {.name = "retries",
                           .meaning = "the mapping's maximum_retry_attempts",
                           .required = false,
                           .kind = OracleParameter::Kind::count},
                          {.name = "age",
                           .meaning = "the mapping's maximum_record_age, such as 1min",
                           .required = false,
                           .kind = OracleParameter::Kind::duration}},
           .also_wrong = [](const OracleSpec& spec) -> std::string {
             return spec.with.count("retries") || spec.with.count("age") ? ""
                                                                         : "O-RETRY without a limit; 'retries', 'age' or both";
           }},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            return std::make_unique<Retries>(info, spec);
          }};
}

}  // namespace weir
