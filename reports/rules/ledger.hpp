// The rule ledger: where each rule of the modelled sections stands. Made of what is there, not of what is claimed.
//
//   modelled      a test that runs cites it in a tag (coverage.tsv lists them; tests/ledger holds it against the test programs)
//   a choice      no test cites it, but a choice site does: a plan decides it in every run
//   not modelled  neither, and not_modelled.tsv says in one sentence why
//   open          none of these, yet
//   differs       beside modelled or a choice: a clause of the rule that the model has otherwise or lacks, and why, in
//                 differing.tsv; this and not_modelled.tsv are the only parts that a person writes
//   sections      1 to 16 of the rules, and of 19 the indexes, access and metrics; a rule's section follows from its prefix.
//                 Kinesis streams, workers, replicas, caches, backups and the wire stand elsewhere
//   wrong         what contradicts itself is in `objections`: both cited and not modelled, a rule that does not exist, ...
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

enum class Standing { modelled, choice, not_modelled, open };
std::string_view to_text(Standing standing);  // "modelled", "a choice", "not modelled", "open"

struct CitingTest {
  std::string rule, program, name;  // "TTL-4", "test_table", "the deleter comes ..."
  friend auto operator<=>(const CitingTest&, const CitingTest&) = default;
};

struct LedgerEntry {
  std::string rule;
  Standing standing = Standing::open;
  std::vector<CitingTest> tests;
  std::vector<std::string> sites;  // names; beside tests too
  std::string why;                 // of not modelled
  std::string differs;             // of the others: what of the rule is otherwise here; empty where it stands whole
};

struct LedgerSection {
  std::string number, title;
  std::vector<LedgerEntry> entries;  // in the order of the rules
  std::size_t count(Standing standing) const;
  std::size_t differing() const;
};

struct RuleLedger {
  std::vector<LedgerSection> sections;
  std::vector<std::string> objections;
  std::size_t count(Standing standing) const;
  std::size_t differing() const;
  std::size_t size() const;
  // Of all rules those that are modelled or a choice, in hundredths of a per cent, rounded half up.
  std::size_t kept_basis_points() const;
  const LedgerEntry* find(std::string_view rule) const;
};

// `part` of `whole` in hundredths of a per cent, rounded half up; 0 of nothing.
std::size_t basis_points(std::size_t part, std::size_t whole);

// What a ledger is made of.
struct LedgerSources {
  std::vector<std::string> rules;  // every ID there is, those of other sections too
  std::vector<CitingTest> tests;
  std::map<std::string, std::string> sites;  // name to the rules it cites, separated by spaces
  std::map<std::string, std::string> not_modelled;
  std::map<std::string, std::string> differing = {};
};
RuleLedger make_ledger(const LedgerSources& sources);

// "TTL-4" is a rule of a section of the ledger, existing or not; "OPEN-4", "FM-12", "O-ONCE" and "no-rule" are not.
bool is_ledger_rule(std::string_view id);
// Orders IDs by prefix, then by number.
bool comes_before(std::string_view a, std::string_view b);

// Of this build: the embedded tables and its choice sites.
const LedgerSources& ledger_sources();
const RuleLedger& ledger();

}  // namespace weir
