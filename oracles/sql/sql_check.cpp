#include "oracles/sql/sql_check.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "oracles/sql/sql_bench.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

constexpr int most_rows = 1000;
constexpr std::size_t longest_message = 400;

// A sweep makes the same checks anew for each of its runs: benches are kept for the next one, by thread and query. What a
// check says does not depend on whether its bench is new.
class Shelf {
 public:
  Shelf() { alive() = true; }
  ~Shelf() { alive() = false; }
  static std::unique_ptr<SqlBench> take(const std::string& sql) {
    auto& benches = mine().benches_;
    const auto found = benches.find(sql);
    if (found == benches.end()) return std::make_unique<SqlBench>(sql);
    auto bench = std::move(found->second);
    benches.erase(found);
    return bench;
  }
  static void give_back(const std::string& sql, std::unique_ptr<SqlBench> bench) {
    if (!alive()) return;
    auto& benches = mine().benches_;
    if (benches.size() >= most_benches) benches.erase(benches.begin());
    benches.emplace(sql, std::move(bench));
  }

 private:
  static constexpr std::size_t most_benches = 16;
  static Shelf& mine() {
    static thread_local Shelf shelf;
    return shelf;
  }
  static bool& alive() {  // outlives the shelf: an oracle may be destroyed after it, at the end of a thread
    static thread_local bool yes = false;
    return yes;
  }
  std::multimap<std::string, std::unique_ptr<SqlBench>> benches_;
};

bool is_evidence(std::string_view column) { return column == "fact" || column == "evidence" || column.ends_with("_fact"); }

// Every number in "17" or "[3,17]"; anything else in it only parts them.
void add_numbers(std::string_view text, std::vector<FactIndex>& evidence) {
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] < '0' || text[i] > '9') {
      ++i;
      continue;
    }
    FactIndex number = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
      number = number * 10 + static_cast<FactIndex>(text[i] - '0');
    evidence.push_back(number);
  }
}

std::string value_text(const Statement& row, int column) {
  if (row.is_null(column)) return "none";
  if (row.is_blob(column)) return "(a blob)";
  return std::string(row.text(column));
}

std::string row_text(const Statement& row) {
  std::vector<int> shown;
  for (int i = 0; i < row.columns(); ++i)
    if (!is_evidence(row.column_name(i))) shown.push_back(i);
  if (shown.empty()) return "the query returned a row";
  if (shown.size() == 1) return row.is_null(shown[0]) ? "the query returned a row of NULL" : value_text(row, shown[0]);
  std::string text;
  for (const int column : shown) {
    if (!text.empty()) text += ", ";
    text += std::string(row.column_name(column)) + " " + value_text(row, column);
  }
  return text;
}

std::string shortened(std::string text) {
  if (text.size() <= longest_message) return text;
  std::size_t end = longest_message;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  text.resize(end);
  return text + "...";
}

class SqlOracle final : public Oracle {
 public:
  SqlOracle(std::string name, std::string sql) : name_(std::move(name)), sql_(std::move(sql)), bench_(Shelf::take(sql_)) {
    if (!bench_->wrong().empty()) throw BadInput("check '" + name_ + "'", bench_->wrong(), accepted());
    bench_->begin();
  }
  SqlOracle(const SqlOracle&) = delete;
  SqlOracle& operator=(const SqlOracle&) = delete;
  ~SqlOracle() override {
    try {
      bench_->clear();
      Shelf::give_back(sql_, std::move(bench_));
    } catch (const SqlError&) {  // then it is not used again
    }
  }

  static std::string accepted() { return "one SELECT over the tables of a run, each row of it a violation"; }

  std::string_view name() const override { return name_; }
  std::string_view rules() const override { return ""; }
  FactMask interests() const override { return bench_->interests() | mask_of<RunStarted>(); }

  void observe(const Fact& fact) override {
    facts_ = std::max(facts_, fact.index + 1);
    bench_->observe(fact);
  }

  void conclude() override {
    if (facts_ == 0) return unknown("the run left no fact to look at");
    try {
      bench_->finish();
      if (!bench_->within_limit([this] { ask(); })) unknown("the query took more than 500 million steps");
    } catch (const SqlError& error) {
      unknown("the query could not be carried out: " + std::string(error.what()));
    }
  }

 private:
  void ask() {
    Statement& query = bench_->query();
    std::string message;
    std::vector<FactIndex> evidence;
    int rows = 0;
    while (rows < most_rows && query.step()) {
      if (rows++ > 0) continue;
      message = shortened(row_text(query));
      for (int i = 0; i < query.columns(); ++i)
        if (is_evidence(query.column_name(i)) && !query.is_null(i)) add_numbers(query.text(i), evidence);
    }
    query.reset();
    if (rows == 0) return;
    std::erase_if(evidence, [this](FactIndex index) { return index >= facts_; });
    if (rows > 1) message += " (the first of " + std::to_string(rows) + (rows == most_rows ? " rows or more)" : " rows)");
    violate(std::move(message), std::move(evidence));
  }

  std::string name_, sql_;
  std::unique_ptr<SqlBench> bench_;
  FactIndex facts_ = 0;
};

}  // namespace

std::unique_ptr<Oracle> make_sql_oracle(const std::string& name, const std::string& sql) {
  return std::make_unique<SqlOracle>(name, sql);
}

std::string wrong_with_sql(const std::string& sql) { return SqlBench(sql).wrong(); }

}  // namespace weir
