// The rule ledger against what is there: the test programs as they list themselves, the choice sites, the list of rules.
// UPDATE_GOLDEN=1 writes coverage.tsv anew and raises the least percentage; the difference is reviewed as code.
#include "reports/rules/ledger.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/ledger/listing.hpp"

using namespace weir;

namespace {

const std::string coverage_path = "reports/rules/coverage.tsv";
const std::string least_path = "tests/ledger/least_percent.txt";
const std::string coverage_head =
    "# Which tests cite which rule: rule, test program, test. Written by UPDATE_GOLDEN=1 test_ledger '[golden]' from what the\n"
    "# test programs list; never by hand.\n";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::string listing_of(const std::string& program) {
  std::string text;
  FILE* const pipe = popen(("'" + program + "' --list-tests").c_str(), "r");
  REQUIRE(pipe);
  char buffer[4096];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  pclose(pipe);  // Catch2 2.13 answers with the number of tests
  return text;
}

struct Listed {
  std::vector<CitingTest> citations;     // of tests that run
  std::vector<std::string> unknown_ids;  // cited, of a section here, but no rule
};

Listed listed_now() {
  Listed listed;
  const std::vector<std::string>& rules = ledger_sources().rules;
  std::ifstream programs(WEIR_TEST_PROGRAMS);
  int read = 0;
  for (std::string program; std::getline(programs, program); ++read) {
    const std::vector<test::ListedTest> tests = test::read_listing(listing_of(program));
    INFO(program);
    CHECK_FALSE(tests.empty());
    for (const test::ListedTest& test : tests) {
      for (const std::string& tag : test.tags) {
        if (!is_ledger_rule(tag)) continue;
        if (std::find(rules.begin(), rules.end(), tag) == rules.end()) listed.unknown_ids.push_back(tag + ": " + test.name);
        if (test.runs) listed.citations.push_back({tag, program.substr(program.rfind('/') + 1), test.name});
      }
    }
  }
  REQUIRE(read >= 20);
  std::sort(listed.citations.begin(), listed.citations.end(), [](const CitingTest& a, const CitingTest& b) {
    if (a.rule != b.rule) return comes_before(a.rule, b.rule);
    return a < b;
  });
  return listed;
}

std::string table_of(const std::vector<CitingTest>& citations) {
  std::string text = coverage_head;
  for (const CitingTest& test : citations) text += test.rule + "\t" + test.program + "\t" + test.name + "\n";
  return text;
}

// The lines of one text that the other lacks, so that a failure names them.
std::string lines_missing(const std::string& from, const std::string& in) {
  std::multiset<std::string> there;
  std::istringstream lines(in), wanted(from);
  for (std::string line; std::getline(lines, line);) there.insert(line);
  std::string missing;
  for (std::string line; std::getline(wanted, line);) {
    const auto found = there.find(line);
    if (found == there.end())
      missing += line + "\n";
    else
      there.erase(found);
  }
  return missing;
}

LedgerSources small_sources() {
  return {.rules = {"TTL-1", "TTL-2", "TTL-10", "OPEN-1", "KDS-1", "TXN-1"},
          .tests = {{"TTL-1", "test_table", "an item expires"}},
          .sites = {{"ttl.delay", "TTL-2 OPEN-1"}},
          .not_modelled = {{"TTL-10", "There is nothing to bill."}}};
}

}  // namespace

TEST_CASE("the tests that the ledger claims are the tests that run", "[golden]") {
  const Listed listed = listed_now();
  CHECK(listed.unknown_ids == std::vector<std::string>{});
  const std::string now = table_of(listed.citations);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(coverage_path, std::ios::binary) << now;
  const std::string kept = read_file(coverage_path);
  INFO("UPDATE_GOLDEN=1 build/bin/test_ledger '[golden]' writes " << coverage_path << " anew");
  CHECK(lines_missing(kept, now) == "");  // claimed, but no such test runs
  CHECK(lines_missing(now, kept) == "");  // runs, but is not claimed
  CHECK(kept == now);
}

TEST_CASE("the ledger contradicts itself nowhere, and what it covers only grows", "[golden]") {
  LedgerSources sources = ledger_sources();
  sources.tests = listed_now().citations;  // the embedded list may be older
  const RuleLedger now = make_ledger(sources);
  CHECK(now.objections == std::vector<std::string>{});
  CHECK(now.size() >= 300);

  const std::size_t percent = now.kept_basis_points() / 100;
  std::size_t least = 0;
  std::istringstream(read_file(least_path)) >> least;
  if (std::getenv("UPDATE_GOLDEN") != nullptr && percent > least) std::ofstream(least_path) << (least = percent) << '\n';
  std::string open;
  for (const LedgerSection& section : now.sections)
    for (const LedgerEntry& entry : section.entries)
      if (entry.standing == Standing::open) open += entry.rule + " ";
  INFO("open: " << open);
  CHECK(percent >= least);
  if (least >= 95) CHECK(open == "");
}

TEST_CASE("a rule without a test, a choice or a sentence is open") {
  const RuleLedger made = make_ledger(small_sources());
  CHECK(made.objections == std::vector<std::string>{});
  CHECK(made.size() == 4);
  CHECK(made.find("TTL-1")->standing == Standing::modelled);
  CHECK(made.find("TTL-2")->standing == Standing::choice);
  CHECK(made.find("TTL-10")->standing == Standing::not_modelled);
  CHECK(made.find("TXN-1")->standing == Standing::open);
  CHECK(made.find("KDS-1") == nullptr);
  CHECK(made.find("OPEN-1") == nullptr);
  CHECK(made.kept_basis_points() == 5'000);
}

TEST_CASE("percentages are rounded half up") {
  CHECK(basis_points(319, 334) == 9'551);  // 95.5089...
  CHECK(basis_points(1, 3) == 3'333);
  CHECK(basis_points(1, 20'000) == 1);
  CHECK(basis_points(0, 7) == 0);
  CHECK(basis_points(7, 7) == 10'000);
  CHECK(basis_points(0, 0) == 0);
}

TEST_CASE("a rule that a test and a choice cite is modelled, and shows both") {
  LedgerSources sources = small_sources();
  sources.tests.push_back({"TTL-2", "test_table", "the boundary is strict"});
  const LedgerEntry entry = *make_ledger(sources).find("TTL-2");
  CHECK(entry.standing == Standing::modelled);
  CHECK(entry.tests.size() == 1);
  CHECK(entry.sites == std::vector<std::string>{"ttl.delay"});
}

TEST_CASE("a rule that differs in a clause keeps its standing, and is counted and told") {
  LedgerSources sources = small_sources();
  sources.differing = {{"TTL-1", "It ends a day later."}};
  const RuleLedger made = make_ledger(sources);
  CHECK(made.objections == std::vector<std::string>{});
  CHECK(made.find("TTL-1")->standing == Standing::modelled);
  CHECK(made.find("TTL-1")->differs == "It ends a day later.");
  CHECK(made.find("TTL-2")->differs == "");
  CHECK(made.differing() == 1);
}

TEST_CASE("what contradicts itself is objected to by name", "[planted]") {
  LedgerSources sources = small_sources();
  sources.not_modelled["TTL-1"] = "No.";
  sources.not_modelled["TTL-2"] = "No.";
  sources.not_modelled["TTL-99"] = "No.";
  sources.sites["ttl.skew"] = "TTL-77";
  sources.tests.push_back({"TXN-99", "test_table", "all or nothing"});
  sources.differing = {{"TTL-10", "Cheaper."}, {"TTL-98", "Later."}};
  CHECK(make_ledger(sources).objections ==
        std::vector<std::string>{"the test 'all or nothing' of test_table cites TXN-99, no rule here",
                                 "the choice site ttl.skew cites TTL-77, which does not exist",
                                 "TTL-1 is called not modelled, but 'an item expires' tests it",
                                 "TTL-2 is called not modelled, but the choice site ttl.delay cites it",
                                 "not_modelled.tsv names TTL-99, no rule here",
                                 "TTL-10 is said to differ, but neither a test nor a choice site cites it",
                                 "differing.tsv names TTL-98, no rule here"});
}

TEST_CASE("rules are ordered by prefix and number, and only those of the modelled sections count") {
  CHECK(comes_before("TTL-2", "TTL-10"));
  CHECK_FALSE(comes_before("TTL-10", "TTL-2"));
  CHECK(comes_before("CAP-9", "TTL-1"));
  for (const char* rule : {"TTL-4", "TXN-99", "METRIC-1", "MSG-34"}) CHECK(is_ledger_rule(rule));
  for (const char* other : {"KDS-1", "OPEN-4", "FM-12", "O-ONCE", "TTL", "TTL-", "TTL-x", "DAX-1", "planted"})
    CHECK_FALSE(is_ledger_rule(other));
}
