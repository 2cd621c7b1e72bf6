#include "reports/store/example_queries.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "reports/store/store.hpp"
#include "tests/catch.hpp"
#include "tests/reports/store/bed.hpp"

using namespace weir;
using Rows = std::vector<std::string>;

namespace {

struct Stored {
  Folder folder;
  Run run = simulate(counted_orders(), Plan::calm(), counting(), {.keep_trace = true});
  Rows rows(std::size_t query) {
    const std::string path = folder.file("weir.sqlite");
    Store store = Store::open(path);
    store.add_run(counted_orders(), Plan::seeded(Seed{1}), simulate(counted_orders(), Plan::seeded(Seed{1}), counting()));
    store.add_run(counted_orders(), Plan::calm(), run);
    return rows_of(Database::file(path, Database::Access::read_only), example_queries[query].sql);
  }
};

std::string seconds(Duration span) {
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", static_cast<double>(span.count()) / 1e6);
  const std::string number = text;
  return number.find('.') == std::string::npos ? number + ".0" : number;
}

}  // namespace

TEST_CASE("the first example names the batch that was tried three times", "[sql][RETRY-1]") {
  Stored stored;
  REQUIRE(stored.run.bug == std::nullopt);
  Instant started{}, settled{};
  for (const Fact& fact : stored.run.trace) {
    if (const auto* start = fact.as<InvocationStarted>(); start && start->invocation.value == 0) started = fact.at;
    if (fact.as<Settled>() && settled == Instant{}) settled = fact.at;
  }
  CHECK(stored.rows(0) == Rows{"count|0|0|0|2|3|ok|handled|" + seconds(settled - started)});
}

TEST_CASE("the second example tells the life of a total and names its writers", "[sql]") {
  Stored stored;
  std::map<InvocationId, InvocationStarted> starts;
  Rows expected;
  for (const Fact& fact : stored.run.trace) {
    if (const auto* start = fact.as<InvocationStarted>()) starts[start->invocation] = *start;
    const auto* written = fact.as<Written>();
    if (!written || written->key.to_text() != "g0") continue;
    const InvocationStarted& by = starts.at(InvocationId{written->actor.id});
    expected.push_back(std::to_string(expected.size()) + "|" + seconds(fact.at.time_since_epoch()) + "|" +
                       (expected.empty() ? "insert" : "modify") + R"(|{"count":)" + std::to_string(expected.size() + 1) +
                       R"(,"group":"g0"}|count, batch )" + std::to_string(by.batch) + ", attempt " +
                       std::to_string(by.attempt));
  }
  REQUIRE(expected.size() >= 2);
  CHECK(stored.rows(1) == expected);
}

TEST_CASE("the third example lists the longest waits first", "[sql]") {
  Stored stored;
  std::map<RecordId, std::pair<std::string, Instant>> written;
  std::vector<std::pair<Duration, std::string>> waits;
  for (const Fact& fact : stored.run.trace) {
    if (const auto* appended = fact.as<Appended>())
      written[appended->record] = {appended->key.to_text(), stored.run.trace[appended->write].at};
    if (const auto* settled = fact.as<Settled>())
      for (const RecordId record : *settled->records) {
        const auto& [key, at] = written.at(record);
        waits.emplace_back(-(fact.at - at),
                           "count|" + std::to_string(record.value) + "|" + key + "|INSERT|" + seconds(fact.at - at));
      }
  }
  std::sort(waits.begin(), waits.end());
  Rows expected;
  for (const auto& [wait, row] : waits) expected.push_back(row);
  REQUIRE(expected.size() == 3);
  CHECK(stored.rows(2) == expected);
}

TEST_CASE("the README shows the example queries as they are", "[sql]") {
  std::ifstream file("README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  for (const ExampleQuery& query : example_queries) {
    INFO(query.question);
    CHECK(readme.find(query.question) != std::string::npos);
    CHECK(readme.find(query.sql) != std::string::npos);
  }
}
