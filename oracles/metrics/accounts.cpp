#include "oracles/metrics/accounts.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace weir {

namespace {

struct Count {
  std::uint64_t records = 0, told = 0;
};

struct Open {
  std::string name;
  StreamId stream;
  std::optional<std::uint64_t> trimmed;  // of the stream, when it took up its position: what it never saw
  std::optional<std::uint64_t> until;    // how many its stream had got when it was deleted
  std::map<Settlement, Count> settled;
  std::uint64_t settled_in_all = 0;
  bool can_replay = false;
  struct Last {
    Settlement how{};
    bool sent = false;
  };
  std::map<RecordId, Last> last;  // of each record, where it can come again

  void add(const Settled& fact) {
    Count& count = settled[fact.how];
    count.records += fact.records->size();
    if (fact.sent) count.told += fact.records->size();
    settled_in_all += fact.records->size();
    if (!can_replay) return;
    for (const RecordId record : *fact.records) last[record] = {fact.how, fact.sent};
  }
  // A record that comes again counts by what becomes of it then.                                    [OPEN-10]
  void take_back(const Replayed& fact) {
    for (const RecordId record : *fact.records) {
      const auto before = last.find(record);
      if (before == last.end()) continue;
      Count& count = settled[before->second.how];
      count.records -= 1;
      if (before->second.sent) count.told -= 1;
      settled_in_all -= 1;
      last.erase(before);
    }
  }
};

}  // namespace

struct AccountsCollector::State {
  std::map<MappingId, Open> open;
  std::map<StreamId, std::uint64_t> appended, trimmed;
};

AccountsCollector::AccountsCollector() : state_(std::make_unique<State>()) {}
AccountsCollector::~AccountsCollector() = default;

void AccountsCollector::observe(const Fact& fact) {
  auto& [open, appended, trimmed] = *state_;
  if (const auto* declared = fact.as<MappingDeclared>())
    open[declared->mapping] = {.name = declared->mapping_name, .stream = declared->stream};
  if (const auto* lanes = fact.as<LanesDeclared>()) open[lanes->mapping].can_replay = lanes->lanes > 1;
  if (const auto* record = fact.as<Appended>()) appended[record->stream] += 1;
  if (const auto* gone = fact.as<Trimmed>()) trimmed[gone->stream] += gone->count;
  const auto* shard = fact.as<ShardStarted>();
  const auto* call = fact.as<InvocationStarted>();  // where a trace tells of no shard
  if (shard || call) {
    Open& mapping = open[shard ? shard->mapping : call->mapping];
    if (!mapping.trimmed) mapping.trimmed = trimmed[mapping.stream];
  }
  if (const auto* changed = fact.as<MappingStateChanged>(); changed && changed->state == MappingState::deleted) {
    Open& mapping = open[changed->mapping];
    mapping.until = appended[mapping.stream];
    if (!mapping.trimmed) mapping.trimmed = trimmed[mapping.stream];
  }
  if (const auto* settled = fact.as<Settled>(); settled && settled->records) open[settled->mapping].add(*settled);
  if (const auto* replayed = fact.as<Replayed>(); replayed && replayed->records) open[replayed->mapping].take_back(*replayed);
}

std::vector<Account> AccountsCollector::accounts() const {
  const auto of = [](const std::map<StreamId, std::uint64_t>& counts, StreamId stream) {
    const auto found = counts.find(stream);
    return found == counts.end() ? 0 : found->second;
  };
  std::vector<Account> accounts;
  for (const auto& [id, mapping] : state_->open) {
    const std::uint64_t all = mapping.until.value_or(of(state_->appended, mapping.stream));
    const std::uint64_t never_seen = std::min(all, mapping.trimmed.value_or(of(state_->trimmed, mapping.stream)));
    Account account{mapping.name, std::max(all - never_seen, mapping.settled_in_all), {}};
    for (const auto& [how, count] : mapping.settled)
      if (count.records > 0) account.lines.push_back({std::string(to_text(how)), count.records, count.told});
    if (account.records > mapping.settled_in_all)
      account.lines.push_back({"not settled", account.records - mapping.settled_in_all, 0});
    accounts.push_back(std::move(account));
  }
  return accounts;
}

std::vector<Account> accounts_of(const std::vector<Fact>& trace) {
  AccountsCollector collector;
  for (const Fact& fact : trace) collector.observe(fact);
  return collector.accounts();
}

}  // namespace weir
