#include "sim/table/ttl.hpp"

#include "sim/table/sites.hpp"
#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

Item session(const char* id, AttributeValue expires) { return Item{{"id", id}, {"expires", std::move(expires)}}; }
Item key(const char* id) { return Item{{"id", id}}; }

Deviation delay(const char* id, std::int64_t expiry, Duration value) {
  return {"ttl.deletion_delay", "table sessions / item " + std::string(id) + " / expiry " + std::to_string(expiry),
          value.count()};
}

Instant at(std::int64_t unix_time) { return Instant(std::chrono::seconds(unix_time - epoch)); }

}  // namespace

TEST_CASE("an expired item goes after the delay chosen for it, by the service's own hand", "[TTL-2][TTL-4][TTL-8]") {
  const Duration chosen = GENERATE(Duration(0s), Duration(10min), Duration(7h), Duration(48h));
  TableWorld world(Plan::listed({delay("A", epoch + 60, chosen)}));
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  const FactIndex write = world.tables.take_changes().at(0).write;
  world.run_until(at(epoch + 60) + chosen);
  CHECK(world.tables.count(table) == 1);
  world.run_for(Duration(1));
  CHECK(world.tables.count(table) == 0);

  const std::vector<Fact> judged = world.facts<TtlJudged>();
  REQUIRE(judged.size() == 1);
  CHECK(judged[0].as<TtlJudged>()->verdict == TtlVerdict::deleted);
  CHECK(judged[0].as<TtlJudged>()->expiry == epoch + 60);
  CHECK(judged[0].cause == write);
  CHECK(world.last<Written>().actor == Actor::ttl());
  CHECK(world.last<Written>().kind == ChangeKind::remove);
  CHECK(world.trace.facts().back().cause == judged[0].index);
  const std::vector<Change> changes = world.tables.take_changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].by == ChangeBy::ttl);
  CHECK(changes[0].old_image == session("A", epoch + 60));
  CHECK(changes[0].new_image.empty());
}

TEST_CASE("under every plan an item goes inside the window, and never before it has expired",
          "[property][TTL-2][TTL-4][OPEN-1][OPEN-2]") {
  WEIR_PROPERTY("for any seed and expiry", [] {
    TableWorld world(Plan::seeded(Seed{*rc::gen::arbitrary<std::uint64_t>()}));
    const TableId table = world.ttl_table();
    const std::int64_t offset = *rc::gen::inRange<std::int64_t>(-100'000, 100'000);
    RC_ASSERT(world.put(table, session("A", epoch + offset)).ok());
    const Instant expected = std::max(at(epoch + offset), Instant{});
    while (world.tables.count(table) == 1 && world.kernel.next_at() != never) world.run_until(world.kernel.next_at());
    RC_ASSERT(world.tables.count(table) == 0u);
    RC_ASSERT(world.kernel.now() > expected - 1s);
    RC_ASSERT(world.kernel.now() <= expected + 48h + 60s + Duration(1));
    RC_ASSERT(world.kernel.queue().empty());
  });
}

TEST_CASE("an item expired and not yet deleted is there to be read and changed, and says that it is expired",
          "[TTL-6][FM-59]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  world.run_until(at(epoch + 60));
  CHECK(world.get(table, key("A")).has_value());
  CHECK_FALSE(world.last<ItemRead>().expired);  // value < now is strict
  world.run_for(Duration(1));
  CHECK(world.get(table, key("A")).has_value());
  CHECK(world.last<ItemRead>().expired);
  REQUIRE(world.update(table, key("A"), Update().set("x", 1)));
  REQUIRE(world.call_as(Actor::of(ReaderId{0}), Scan{.table = table})->count == 1);
  CHECK(world.last<ItemRead>().expired);
  world.run_for(10min);
  CHECK(world.tables.count(table) == 0);
  CHECK(world.facts<TtlJudged>().size() == 1);
}

TEST_CASE("an item renewed after it was marked is spared, and goes at its new expiry", "[TTL-7][TTL-9][OPEN-5]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  world.run_until(at(epoch + 61));
  REQUIRE(world.update(table, key("A"), Update().set("expires", epoch + 7200)));
  world.run_for(1h);
  CHECK(world.last<TtlJudged>().verdict == TtlVerdict::spared);
  CHECK(world.last<TtlJudged>().expiry == epoch + 60);
  CHECK(world.tables.count(table) == 1);
  world.run_until(at(epoch + 7200) + 10min);
  CHECK(world.tables.count(table) == 1);
  world.run_for(1s);
  CHECK(world.tables.count(table) == 0);
  CHECK(world.facts<TtlJudged>().size() == 2);
}

TEST_CASE("an item is marked at the first microsecond of its being expired, not before", "[TTL-2][TTL-7][TTL-9]") {
  for (const Duration late : {Duration(0), Duration(1)}) {
    TableWorld world;
    const TableId table = world.ttl_table();
    REQUIRE(world.put(table, session("A", epoch + 60)));
    world.run_until(at(epoch + 60) + late);
    REQUIRE(world.update(table, key("A"), Update().set("expires", epoch + 7200)));
    world.run_for(1h);
    CHECK(world.facts<TtlJudged>().size() == (late == Duration(0) ? 0 : 1));
  }
}

TEST_CASE("an item renewed before it expired was never marked: nobody judges it", "[TTL-7]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  for (int renewal = 0; renewal < 100; ++renewal) {
    REQUIRE(world.put(table, session("A", epoch + 60 * (renewal + 2))));
    world.run_for(60s);
  }
  CHECK(world.facts<TtlJudged>().empty());
  CHECK(world.kernel.queue().size() == 1);
  world.run_for(1h);
  CHECK(world.facts<TtlJudged>().size() == 1);
  CHECK(world.kernel.queue().empty());
}

TEST_CASE("an expiry moved forward in time is honoured at its own moment", "[TTL-7]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 7 * 86'400)));
  REQUIRE(world.put(table, session("A", epoch + 60)));
  world.run_until(at(epoch + 60) + 10min + Duration(1));
  CHECK(world.tables.count(table) == 0);
  world.run_for(8 * 24h);  // the event of the first expiry comes too late, and says nothing
  CHECK(world.facts<TtlJudged>().size() == 1);
}

TEST_CASE("removing the attribute after the marking spares the item for good", "[TTL-7]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  world.run_until(at(epoch + 120));
  REQUIRE(world.update(table, key("A"), Update().remove("expires")));
  world.run_for(72h);
  CHECK(world.tables.count(table) == 1);
  CHECK(world.last<TtlJudged>().verdict == TtlVerdict::spared);
  CHECK(world.kernel.queue().empty());
}

TEST_CASE("an item deleted by a user and created anew is judged by what it carries now", "[TTL-7][TTL-17]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  REQUIRE(world.put(table, session("B", epoch + 60)));
  world.run_until(at(epoch + 120));
  REQUIRE(world.remove(table, key("A")));
  REQUIRE(world.remove(table, key("B")));
  REQUIRE(world.put(table, session("A", epoch + 86'400)));
  world.run_for(1h);
  CHECK(world.facts<TtlJudged>().size() == 1);  // A spared; B is gone, there is nothing to judge
  CHECK(world.tables.count(table) == 1);
  REQUIRE(world.remove(table, key("A")));
  REQUIRE(world.put(table, session("A", epoch + 86'400)));
  world.run_for(25h);
  CHECK(world.tables.count(table) == 0);
  CHECK(world.facts<TtlJudged>().size() == 2);
}

TEST_CASE("milliseconds lie tens of thousands of years ahead: such an item never goes", "[TTL-3][FM-57]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", (epoch + 60) * 1000)));
  CHECK(world.kernel.queue().empty());
  CHECK(world.kernel.choices_asked() == 0);
}

TEST_CASE("only a top-level N counts", "[TTL-1][FM-58]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", std::to_string(epoch + 60))));
  REQUIRE(world.put(table, session("B", AttributeValue::map({{"expires", epoch + 60}}))));
  REQUIRE(world.put(table, session("C", AttributeValue::number_set({epoch + 60}))));
  REQUIRE(world.put(table, Item{{"id", "D"}, {"Expires", epoch + 60}}));
  CHECK(world.kernel.queue().empty());
}

TEST_CASE("what expired more than five years ago is let be; very nearly five years may go either way", "[TTL-3][OPEN-3]") {
  const std::int64_t day = 86'400;
  TableWorld calm;
  const TableId table = calm.ttl_table();
  REQUIRE(calm.put(table, session("old", epoch - 5 * 366 * day - 1)));
  REQUIRE(calm.put(table, session("zero", 0)));
  CHECK(calm.kernel.queue().empty());
  REQUIRE(calm.put(table, session("edge", epoch - 5 * 366 * day)));
  REQUIRE(calm.put(table, session("young", epoch - 5 * 365 * day)));
  CHECK(calm.kernel.queue().size() == 2);
  calm.run_for(1h);
  CHECK(calm.tables.count(table) == 2);
  CHECK_FALSE(calm.get(table, key("old"))->empty());
  CHECK_FALSE(calm.last<ItemRead>().expired);

  const std::int64_t edge = epoch - 5 * 366 * day;
  TableWorld other(Plan::listed({{"ttl.five_years_expire", "table sessions / item edge / expiry " + std::to_string(edge), 0}}));
  const TableId same = other.ttl_table();
  REQUIRE(other.put(same, session("edge", edge)));
  CHECK(other.kernel.queue().empty());

  const std::int64_t young = epoch - 5 * 365 * day;  // surely less than five years: not a matter of choice
  TableWorld third(
      Plan::listed({{"ttl.five_years_expire", "table sessions / item young / expiry " + std::to_string(young), 0}}));
  const TableId again = third.ttl_table();
  REQUIRE(third.put(again, session("young", young)));
  third.run_for(1h);
  CHECK(third.tables.count(again) == 0);
}

TEST_CASE("the grace after disabling TTL includes its last instant", "[TTL-16][OPEN-6]") {
  const Duration short_of = GENERATE(Duration(0), Duration(1));
  const Duration grace = 30min - short_of;
  TableWorld world(
      Plan::listed({{"ttl.grace_after_disable", "table sessions / change 0", grace.count()}, delay("A", epoch + 60, 30min)}));
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  world.run_until(at(epoch + 60) + Duration(1));
  REQUIRE(world.tables.disable_ttl(world.kernel, table, "expires"));
  world.run_for(1h);
  CHECK(world.tables.count(table) == (short_of == Duration(0) ? 0 : 1));
}

TEST_CASE("fractions and exponents are numbers like any other", "[TTL-2]") {
  const Item fraction{{"expires", *Number::parse("1700000000.1234567")}};
  const Expiry expiry = *expiry_of(fraction, "expires", epoch);
  CHECK(expiry.seconds == epoch);
  CHECK(expiry.passed == Instant(Duration(123'457)));
  CHECK(expiry_of(Item{{"expires", *Number::parse("17000001e2")}}, "expires", epoch)->seconds == 1'700'000'100);
  CHECK(expiry_of(Item{{"expires", *Number::parse("-0.5")}}, "expires", 0)->passed == Instant(Duration(-499'999)));
  CHECK_FALSE(expiry_of(Item{{"expires", *Number::parse("1e125")}}, "expires", epoch).has_value());
}

TEST_CASE("the scanner's clock may run a second ahead or a minute behind", "[OPEN-2]") {
  const Duration skew = GENERATE(Duration(-1s), Duration(60s));
  TableWorld world(Plan::listed({{"ttl.clock_skew", "table sessions", skew.count()}, delay("A", epoch + 60, 0s)}));
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  world.run_until(at(epoch + 60) + skew);
  CHECK(world.tables.count(table) == 1);
  world.run_for(Duration(1));
  CHECK(world.tables.count(table) == 0);
}

TEST_CASE("a choice is asked once for an item and an expiry, under a key that can be written in a file", "[TTL-4]") {
  TableWorld world(Plan::listed({{"ttl.deletion_delay", "table sessions / item a/b / sort 7 / expiry 1700000060", 1}}));
  const TableId table =
      world.create({.name = "sessions", .key = {.partition = "id", .sort = "n", .sort_type = Type::N}, .ttl = "expires"});
  const Item item{{"id", "a/b"}, {"n", 7}, {"expires", epoch + 60}};
  REQUIRE(world.put(table, item));
  REQUIRE(world.put(table, item.with("x", 1)));
  REQUIRE(world.put(table, item.without("expires")));
  REQUIRE(world.put(table, item));
  CHECK(world.kernel.choices_asked() == 2);  // the delay, and once the clock
  REQUIRE(world.kernel.choices().size() == 1);
  CHECK(world.kernel.choices()[0].deviation.key == "table sessions / item a/b / sort 7 / expiry 1700000060");
}

TEST_CASE("deletions leave the order of expiry", "[TTL-4]") {
  TableWorld world(Plan::listed({delay("A", epoch + 60, 2h)}));
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  REQUIRE(world.put(table, session("B", epoch + 61)));
  world.run_for(3h);
  const std::vector<Fact> judged = world.facts<TtlJudged>();
  REQUIRE(judged.size() == 2);
  CHECK(judged[0].as<TtlJudged>()->key.to_text() == "B");
}

TEST_CASE("TTL may have an attribute of a name as long as it can be", "[ITEM-6][TTL-14]") {
  TableWorld world;
  const TableId table = world.create({.name = "sessions", .key = {.partition = "id"}});
  const std::string longest(255, 'x');
  CHECK(world.tables.enable_ttl(world.kernel, table, longest).ok());
  CHECK(world.tables.settings(table).ttl == longest);
}

TEST_CASE("TTL enabled later covers what is there already; errors as the service has them",
          "[TTL-11][TTL-12][TTL-13][LIMIT-4][ITEM-6][ERR-7]") {
  TableWorld world;
  const TableId table = world.create({.name = "sessions", .key = {.partition = "id"}});
  REQUIRE(world.put(table, session("A", epoch + 60)));
  CHECK(world.kernel.queue().empty());
  Tables& tables = world.tables;
  const auto message = [](const Result<Done>& result) { return result ? "ok" : std::string(result.failure().message); };
  CHECK(message(tables.disable_ttl(world.kernel, table, "expires")) == "TimeToLive is already disabled");
  const std::string bad_name =
      "' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length ";
  const std::string too_long(256, 'x');
  CHECK(message(tables.enable_ttl(world.kernel, table, "")) ==
        "1 validation error detected: Value '" + bad_name + "greater than or equal to 1");
  CHECK(message(tables.enable_ttl(world.kernel, table, too_long)) ==
        "1 validation error detected: Value '" + too_long + bad_name + "less than or equal to 255");
  CHECK(message(tables.enable_ttl(world.kernel, table, "expires")) == "ok");
  CHECK(world.last<TableDeclared>().ttl_attribute == "expires");
  CHECK(tables.settings(table).ttl == "expires");
  CHECK(message(tables.enable_ttl(world.kernel, table, "expires")).find("already enabled") != std::string::npos);
  CHECK(message(tables.enable_ttl(world.kernel, table, "other")).find("different Attribute") != std::string::npos);
  CHECK(message(tables.disable_ttl(world.kernel, table, "other")).find("different Attribute") != std::string::npos);
  CHECK(message(tables.disable_ttl(world.kernel, table, "expires")) ==
        "Time to live has been modified multiple times within a fixed interval");
  world.run_for(1h);
  CHECK(tables.count(table) == 0);
  CHECK(message(tables.disable_ttl(world.kernel, table, "expires")) == "ok");
  REQUIRE(world.put(table, session("B", epoch + 4000)));
  world.run_for(72h);
  CHECK(tables.count(table) == 1);
}

TEST_CASE("after disabling, only what was marked before may go, and only within the grace", "[TTL-16][OPEN-6]") {
  const bool grace = GENERATE(false, true);
  std::vector<Deviation> deviations{delay("A", epoch + 60, 20min), delay("C", epoch + 60, 2h)};
  if (grace) deviations.push_back({"ttl.grace_after_disable", "table sessions / change 0", Duration(30min).count()});
  TableWorld world(Plan::listed(deviations));
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  REQUIRE(world.put(table, session("B", epoch + 600)));
  REQUIRE(world.put(table, session("C", epoch + 60)));
  world.run_until(at(epoch + 120));
  REQUIRE(world.tables.disable_ttl(world.kernel, table, "expires"));
  REQUIRE(world.get(table, key("A")));
  CHECK_FALSE(world.last<ItemRead>().expired);
  world.run_for(72h);
  CHECK(world.get(table, key("A")).has_value() != grace);
  CHECK(world.get(table, key("B")).has_value());
  CHECK(world.get(table, key("C")).has_value());
  CHECK(world.kernel.queue().empty());
}

TEST_CASE("TTL costs one pending event for each item that expires, and none otherwise", "[TTL-4]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  for (int i = 0; i < 100; ++i) {
    const std::string id = std::to_string(i);
    REQUIRE(world.put(table, i % 2 ? session(id.c_str(), epoch + 86'400 + i) : key(id.c_str())));
  }
  CHECK(world.kernel.queue().size() == 50);
  const std::uint64_t handled = world.kernel.events_handled();
  world.run_for(48h);
  CHECK(world.kernel.events_handled() - handled == 50);
  CHECK(world.tables.count(table) == 50);
  CHECK(world.tables.table(table).waiting_for_ttl() == 0);
}

TEST_CASE("copied tables and kernels go the same way by themselves", "[world][TTL-4]") {
  TableWorld world;
  const TableId table = world.ttl_table();
  REQUIRE(world.put(table, session("A", epoch + 60)));
  Tables copy = world.tables;
  Trace other_trace;
  Kernel other = world.kernel;
  other.retarget(other_trace);
  world.run_for(1h);
  CHECK(copy.count(table) == 1);
  Event event;
  while (other.next(Instant(1h), event)) copy.on_event(other, event);
  CHECK(copy.count(table) == 0);
  CHECK(other.now() == Instant(60s + 10min + Duration(1)));
}

TEST_CASE("random lives of an expiring item agree with a model that looks at every instant", "[property][TTL-7][TTL-9]") {
  int deleted = 0, spared = 0;
  WEIR_PROPERTY("for any writes and renewals", [&] {
    TableWorld world(Plan::seeded(Seed{*rc::gen::inRange<std::uint64_t>(0, 50)}));
    const TableId table = world.ttl_table();
    const int steps = pick(1, 20);
    for (int step = 0; step < steps; ++step) {
      const std::int64_t now = epoch + std::chrono::duration_cast<std::chrono::seconds>(world.kernel.now() - Instant{}).count();
      const std::int64_t expiry = now + *rc::gen::element(-3600, -1, 1, 60, 3600, 86'400);
      switch (pick(0, 4)) {
        case 0:
          RC_ASSERT(world.remove(table, key("A")).ok());
          break;
        case 1:
          RC_ASSERT(world.put(table, key("A")).ok());
          break;
        default:
          RC_ASSERT(world.put(table, session("A", expiry)).ok());
      }
      world.run_for(*rc::gen::element<Duration>(0s, 1s, 2min, 1h, 30h));
    }
    world.run_for(80h);
    RC_ASSERT(world.kernel.queue().empty());
    RC_ASSERT(world.tables.table(table).waiting_for_ttl() == 0u);

    // The model: what the item carried at each write, and since when.
    std::optional<std::int64_t> carried;
    Instant since{};
    for (const Fact& fact : world.trace.facts()) {
      if (const auto* judged = fact.as<TtlJudged>()) {
        (judged->verdict == TtlVerdict::deleted ? deleted : spared) += 1;
        if (judged->verdict == TtlVerdict::deleted) {
          RC_ASSERT(carried == judged->expiry);
          RC_ASSERT(fact.at > std::max(at(*carried) - 1s, since - Duration(1)));
          RC_ASSERT(fact.at <= std::max(at(*carried) + 60s, since) + 48h + Duration(1));
        } else {
          RC_ASSERT(carried != judged->expiry);
        }
      }
      if (const auto* written = fact.as<Written>()) {
        const std::optional<Number> expires = written->new_image.find_number("expires");
        const std::optional<std::int64_t> now_carried = expires ? expires->to_int64() : std::nullopt;
        if (now_carried != carried) since = fact.at;
        carried = now_carried;
      }
    }
    const std::optional<Item> last = world.get(table, key("A"));
    RC_ASSERT((!last || !last->has("expires")));
  });
  CHECK(deleted > 10);
  CHECK(spared > 0);
}
