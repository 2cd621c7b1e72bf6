#include "reports/metrics/accounts.hpp"

#include <map>

namespace weir {

namespace {

struct Count {
  std::uint64_t records = 0, told = 0;
};

struct Open {
  std::string name;
  StreamId stream;
  std::map<Settlement, Count> settled;
  std::uint64_t settled_in_all = 0;
};

}  // namespace

std::vector<Account> accounts_of(const std::vector<Fact>& trace) {
  std::map<MappingId, Open> open;
  std::map<StreamId, std::uint64_t> appended;
  for (const Fact& fact : trace) {
    if (const auto* declared = fact.as<MappingDeclared>())
      open[declared->mapping] = {declared->mapping_name, declared->stream, {}, 0};
    if (const auto* record = fact.as<Appended>()) appended[record->stream] += 1;
    if (const auto* settled = fact.as<Settled>(); settled && settled->records) {
      Open& account = open[settled->mapping];
      Count& count = account.settled[settled->how];
      count.records += settled->records->size();
      if (settled->sent) count.told += settled->records->size();
      account.settled_in_all += settled->records->size();
    }
  }
  std::vector<Account> accounts;
  for (const auto& [id, mapping] : open) {
    const std::uint64_t all = appended[mapping.stream];
    Account account{mapping.name, std::max(all, mapping.settled_in_all), {}};
    for (const auto& [how, count] : mapping.settled)
      account.lines.push_back({std::string(to_text(how)), count.records, count.told});
    if (account.records > mapping.settled_in_all)
      account.lines.push_back({"not settled", account.records - mapping.settled_in_all, 0});
    accounts.push_back(std::move(account));
  }
  return accounts;
}

}  // namespace weir
