#include <set>

#include "oracles/oracle.hpp"
#include "sim/base/check.hpp"
#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("every oracle has a name of its own, rules, and a promise", "[oracles]") {
  std::set<std::string_view> names;
  for (const OracleInfo& info : all_oracles()) {
    INFO(info.name);
    CHECK(names.insert(info.name).second);
    CHECK(info.name.substr(0, 2) == "O-");
    CHECK_FALSE(info.rules.empty());
    CHECK(info.promise.back() == '.');
  }
  CHECK(names.size() == 24);
}

TEST_CASE("the model's own promises are on in every run and need no parameters", "[oracles]") {
  std::vector<std::string> on;
  for (const auto& oracle : always_on()) on.emplace_back(oracle->name());
  CHECK(on == std::vector<std::string>{"O-STREAM", "O-ORDER-STREAM", "O-IMAGES", "O-LIN", "O-RETENTION", "O-TTL", "O-DELIVERY",
                                       "O-PAGES", "O-ARN", "O-ATOM", "O-INDEX", "O-CAPACITY", "O-ACCESS"});
  for (const std::string& name : on) CHECK(wrong_with({name, {}}) == "");
}

TEST_CASE("a verdict bears its oracle's name and rules, whatever its kind", "[oracles]") {
  const auto oracle = make_oracle({"O-ACCT", {{"mapping", "mirror"}}});
  const Verdict verdict = judge({}, *oracle);
  CHECK(verdict.kind == Verdict::Kind::unknown);
  CHECK(verdict.oracle == "O-ACCT");
  CHECK(verdict.rules == "RETRY-3 RETRY-8 DEST-2 DEST-7 DEST-8 ESM-3 OPEN-25");
  CHECK(to_text(verdict.kind) == "unknown");
}

TEST_CASE("a wrong spec is told what was found and what would be accepted", "[oracles][bad-input]") {
  CHECK(wrong_with({"O-CONF", {}}) ==
        "oracle 'O-CONF'; one of: O-STREAM, O-ORDER-STREAM, O-IMAGES, O-LIN, O-RETENTION, O-TTL, O-DELIVERY, O-PAGES, O-ARN, "
        "O-ATOM, O-INDEX, O-CAPACITY, O-ACCESS, O-CONV, O-ONCE, O-ORDER, O-NOLOSS, O-ACCT, O-RETRY, O-LIVE, O-READ, O-ARCH, "
        "O-BOUND, "
        "O-QUEUE (did you mean 'O-CONV'?)");
  CHECK(wrong_with({"O-ACCT", {{"maping", "mirror"}}}) ==
        "parameter 'maping' of O-ACCT; one of: mapping (did you mean 'mapping'?)");
  CHECK(wrong_with({"O-TTL", {{"table", "orders"}}}) == "parameter 'table' of O-TTL; it takes none");
  CHECK(wrong_with({"O-ACCT", {}}) == "O-ACCT without 'mapping'; mapping: the mapping's name");
  CHECK(wrong_with({"O-ACCT", {{"mapping", ""}}}) == "mapping ''; the mapping's name");
  CHECK(wrong_with({"O-CONV", {{"source", "orders"}, {"view", "views"}, {"fold", "coppy"}}}) ==
        "fold 'coppy'; one of: copy, count, sum (did you mean 'copy'?)");
  CHECK(wrong_with({"O-LIVE", {{"mapping", "mirror"}, {"within", "soon"}}}) ==
        "within 'soon'; a duration such as 30s, 5min or 48h");
  CHECK(wrong_with({"O-BOUND", {{"table", "sessions"}, {"most", "-1"}}}) == "most '-1'; a whole number, 0 or more");
  CHECK(wrong_with({"O-BOUND", {{"table", "sessions"}}}) == "O-BOUND without a bound; 'lives', 'most' or both");
  CHECK(wrong_with({"O-RETRY", {{"mapping", "mirror"}}}) == "O-RETRY without a limit; 'retries', 'age' or both");
  CHECK(wrong_with({"O-ONCE", {{"source", "orders"}, {"view", "totals"}, {"fold", "sum"}}}) ==
        "O-ONCE with fold 'sum' without 'value'; the source attribute to sum");
  CHECK(wrong_with({"O-CONV", {{"source", "orders"}, {"view", "v"}, {"fold", "copy"}, {"group", "g"}}}) ==
        "parameter 'group' of O-CONV with fold 'copy'; it belongs to count and sum");
  CHECK(wrong_with({"O-CONV", {{"source", "orders"}, {"view", "v"}, {"fold", "count"}, {"tombstone", "t"}}}) ==
        "parameter 'tombstone' of O-CONV with fold 'count'; it belongs to copy");
}

TEST_CASE("an oracle is never made from a wrong spec", "[oracles]") {
  CHECK_THROWS_AS(make_oracle({"O-CONF", {}}), Bug);
  CHECK_THROWS_AS(make_oracle({"O-ACCT", {}}), Bug);
}
