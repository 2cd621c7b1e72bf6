#include "reports/rules/ledger.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "reports/rules/rule_book.hpp"
#include "reports/rules/tables.hpp"
#include "scenarios/play/play.hpp"

namespace weir {

namespace {

struct Chapter {
  std::string_view number, title;
  std::vector<std::string_view> prefixes;
};

const std::vector<Chapter>& chapters() {
  static const std::vector<Chapter> all{
      {"1", "Tables, items, numbers", {"TABLE", "ITEM", "NUM"}},
      {"2", "Item operations", {"OP", "READ", "BOP", "QRY"}},
      {"3", "Expressions", {"EXPR"}},
      {"4", "Transactions", {"TXN"}},
      {"5", "Capacity and limits", {"CAP", "LIMIT"}},
      {"6", "Errors and messages", {"ERR", "MSG"}},
      {"7", "Streams: content", {"STREAM", "REC"}},
      {"8", "Streams: shards, iterators, API", {"SHARD", "SAPI", "ITER", "GREC"}},
      {"9", "TTL", {"TTL"}},
      {"10", "Event source mappings", {"ESM"}},
      {"11", "Polling, order, concurrency", {"POLL"}},
      {"12", "Batching", {"BATCH"}},
      {"13", "Failure handling", {"RETRY", "RBIF", "DEST", "LOOP"}},
      {"14", "Tumbling windows", {"WIN"}},
      {"15", "Filters", {"FILTER"}},
      {"16", "Lambda function side", {"INV"}},
      {"19", "Indexes, access, metrics", {"GSI", "LSI", "IAM", "METRIC"}},
  };
  return all;
}

// "TTL" and 4 of "TTL-4"; the number is 0 where there is none.
struct Parts {
  std::string_view prefix;
  unsigned number = 0;
};
Parts parts_of(std::string_view id) {
  const std::size_t dash = id.find('-');
  Parts parts{id.substr(0, dash)};
  if (dash == std::string_view::npos) return parts;
  const std::string_view digits = id.substr(dash + 1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), parts.number);
  if (read.ptr != digits.data() + digits.size()) parts.number = 0;
  return parts;
}

const Chapter* chapter_of(std::string_view id) {
  const Parts parts = parts_of(id);
  if (parts.number == 0) return nullptr;
  for (const Chapter& chapter : chapters())
    if (std::find(chapter.prefixes.begin(), chapter.prefixes.end(), parts.prefix) != chapter.prefixes.end()) return &chapter;
  return nullptr;
}

}  // namespace

std::string_view to_text(Standing standing) {
  constexpr std::array<std::string_view, 4> names{"modelled", "a choice", "not modelled", "open"};
  return names[static_cast<std::size_t>(standing)];
}

bool is_ledger_rule(std::string_view id) { return chapter_of(id) != nullptr; }

bool comes_before(std::string_view a, std::string_view b) {
  const Parts left = parts_of(a), right = parts_of(b);
  return left.prefix != right.prefix ? left.prefix < right.prefix : left.number < right.number;
}

std::size_t LedgerSection::count(Standing standing) const {
  return static_cast<std::size_t>(
      std::count_if(entries.begin(), entries.end(), [&](const LedgerEntry& entry) { return entry.standing == standing; }));
}

std::size_t LedgerSection::differing() const {
  return static_cast<std::size_t>(
      std::count_if(entries.begin(), entries.end(), [](const LedgerEntry& entry) { return !entry.differs.empty(); }));
}

std::size_t RuleLedger::count(Standing standing) const {
  std::size_t sum = 0;
  for (const LedgerSection& section : sections) sum += section.count(standing);
  return sum;
}

std::size_t RuleLedger::differing() const {
  std::size_t sum = 0;
  for (const LedgerSection& section : sections) sum += section.differing();
  return sum;
}

std::size_t RuleLedger::size() const {
  std::size_t sum = 0;
  for (const LedgerSection& section : sections) sum += section.entries.size();
  return sum;
}

std::size_t RuleLedger::kept_basis_points() const {
  return basis_points(count(Standing::modelled) + count(Standing::choice), size());
}

std::size_t basis_points(std::size_t part, std::size_t whole) { return whole == 0 ? 0 : (part * 20'000 + whole) / (2 * whole); }

const LedgerEntry* RuleLedger::find(std::string_view rule) const {
  for (const LedgerSection& section : sections)
    for (const LedgerEntry& entry : section.entries)
      if (entry.rule == rule) return &entry;
  return nullptr;
}

RuleLedger make_ledger(const LedgerSources& sources) {
  RuleLedger ledger;
  std::map<std::string, LedgerEntry> entries;
  for (const std::string& rule : sources.rules)
    if (is_ledger_rule(rule)) entries[rule].rule = rule;
  const auto known = [&](const std::string& rule) {
    return std::find(sources.rules.begin(), sources.rules.end(), rule) != sources.rules.end();
  };

  for (const CitingTest& test : sources.tests) {
    if (const auto entry = entries.find(test.rule); entry != entries.end())
      entry->second.tests.push_back(test);
    else
      ledger.objections.push_back("the test '" + test.name + "' of " + test.program + " cites " + test.rule + ", no rule here");
  }
  for (const auto& [site, rules] : sources.sites) {
    for (const std::string& rule : split_text(rules, " ")) {
      if (rule.empty()) continue;
      if (!known(rule)) ledger.objections.push_back("the choice site " + site + " cites " + rule + ", which does not exist");
      if (const auto entry = entries.find(rule); entry != entries.end()) entry->second.sites.push_back(site);
    }
  }
  for (const auto& [rule, why] : sources.not_modelled) {
    const auto found = entries.find(rule);
    if (found == entries.end()) {
      ledger.objections.push_back("not_modelled.tsv names " + rule + ", no rule here");
      continue;
    }
    LedgerEntry& entry = found->second;
    entry.why = why;
    if (!entry.tests.empty())
      ledger.objections.push_back(rule + " is called not modelled, but '" + entry.tests.front().name + "' tests it");
    else if (!entry.sites.empty())
      ledger.objections.push_back(rule + " is called not modelled, but the choice site " + entry.sites.front() + " cites it");
  }
  for (const auto& [rule, differs] : sources.differing) {
    const auto found = entries.find(rule);
    if (found == entries.end())
      ledger.objections.push_back("differing.tsv names " + rule + ", no rule here");
    else if (found->second.tests.empty() && found->second.sites.empty())
      ledger.objections.push_back(rule + " is said to differ, but neither a test nor a choice site cites it");
    else
      found->second.differs = differs;
  }

  for (const Chapter& chapter : chapters()) {
    LedgerSection section{std::string(chapter.number), std::string(chapter.title), {}};
    for (const std::string& rule : sources.rules) {
      if (chapter_of(rule) != &chapter) continue;
      LedgerEntry& entry = entries.at(rule);
      if (!entry.tests.empty())
        entry.standing = Standing::modelled;
      else if (!entry.sites.empty())
        entry.standing = Standing::choice;
      else if (!entry.why.empty())
        entry.standing = Standing::not_modelled;
      section.entries.push_back(std::move(entry));
    }
    ledger.sections.push_back(std::move(section));
  }
  return ledger;
}

const LedgerSources& ledger_sources() {
  static const LedgerSources sources = [] {
    LedgerSources made;
    made.rules = rule_ids();
    for (std::vector<std::string>& row : rows_of(embedded_table("coverage.tsv"), 3))
      made.tests.push_back({std::move(row[0]), std::move(row[1]), std::move(row[2])});
    for (const SiteInfo& site : all_sites().sites()) made.sites.emplace(site.name, site.rules);
    for (std::vector<std::string>& row : rows_of(embedded_table("not_modelled.tsv"), 2))
      made.not_modelled.emplace(row[0], row[1]);
    for (std::vector<std::string>& row : rows_of(embedded_table("differing.tsv"), 2)) made.differing.emplace(row[0], row[1]);
    return made;
  }();
  return sources;
}

const RuleLedger& ledger() {
  static const RuleLedger made = make_ledger(ledger_sources());
  return made;
}

}  // namespace weir
