#include "sim/trace/json_lines.hpp"

#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("a fact is one JSON object with the names that were declared", "[trace]") {
  FactWriter names;
  const Fact declared{.index = 0, .what = TableDeclared{TableId{0}, "orders", "id", "", ""}};
  names.learn(declared);
  CHECK(fact_json(declared, names) ==
        R"({"fact":0,"at_us":0,"cause":null,"kind":"table_declared","table":"orders","table_name":"orders",)"
        R"("partition_key":"id","sort_key":"","ttl_attribute":""})");
  const Fact written{.index = 3,
                     .cause = 2,
                     .at = Instant(1250ms),
                     .what = Written{TableId{0},
                                     ItemKey(AttributeValue("A \"1\"")),
                                     ChangeKind::insert,
                                     {},
                                     Item{{"id", "A \"1\""}, {"n", 3}},
                                     Actor::client(0)}};
  CHECK(fact_json(written, names) ==
        R"({"fact":3,"at_us":1250000,"cause":2,"kind":"written","table":"orders","key":"A \"1\"","change":"insert",)"
        R"("old_image":null,"new_image":{"id":"A \"1\"","n":3},"actor":"client 0"})");
}

TEST_CASE("what JSON readers would lose goes as text, what is absent as null", "[trace][REC-7]") {
  const FactWriter names;
  const Fact opened{.what = ShardOpened{StreamId{2}, ShardId{5}, no_shard, "0.1"}};
  CHECK(fact_fields_json(opened, names) == R"({"stream":2,"shard":"shard 5","parent":null,"path":"0.1"})");
  Appended appended;
  appended.sequence_number = SequenceNumber{7};
  const std::string json = fact_fields_json({.what = appended}, names);
  CHECK(json.find(R"("sequence_number":"100000000000000000007")") != std::string::npos);
  CHECK(json.find(R"("write":null)") != std::string::npos);
  CHECK(fact_fields_json({.what = RetryScheduled{MappingId{1}, ShardId{0}, 4, 2, 1500ms}}, names) ==
        R"({"mapping":"mapping 1","shard":"shard 0","batch":4,"attempt":2,"pause_us":1500000})");
  CHECK(fact_fields_json({.what = Settled{}}, names).find(R"("records":[])") != std::string::npos);
  CHECK(fact_fields_json({.what = FaultsHealed{}}, names) == "{}");
}
