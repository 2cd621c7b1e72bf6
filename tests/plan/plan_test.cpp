#include "sim/plan/plan.hpp"

#include <set>

#include "sim/plan/operation.hpp"
#include "sim/plan/site_text.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {
constexpr Site<Duration> delay{
    .name = "test.delay", .low = 0s, .high = 48h, .calm = 10min, .rules = "TTL-4", .asks = "How long?"};
constexpr Site<std::int64_t> count{.name = "test.count", .low = 1, .high = 3, .calm = 1, .rules = "", .asks = "How many?"};
constexpr Site<Operation> operation{.name = "test.op",
                                    .low = {OperationKind::none, 0, 0, 1},
                                    .high = {OperationKind::remove, 3, 1, 9},
                                    .calm = {},
                                    .rules = "",
                                    .asks = "What?",
                                    .nature = Nature::workload};
std::uint64_t key(std::uint64_t n) { return Key("item", n).hash(); }
}  // namespace

TEST_CASE("the calm plan answers calm everywhere", "[plan]") {
  CHECK(Plan::calm().answer(delay.info(), key(1), nullptr) == Duration(10min).count());
  CHECK(Plan::calm().answer(operation.info(), key(1), nullptr) == 0);
}

TEST_CASE("a seeded plan is a function of seed, site and key, and stays inside the envelope", "[plan]") {
  WEIR_PROPERTY("any seed and key", [](std::uint64_t seed, std::uint64_t n) {
    const Plan plan = Plan::seeded(Seed{seed});
    const std::int64_t first = plan.answer(delay.info(), key(n), nullptr);
    RC_ASSERT(first == Plan::seeded(Seed{seed}).answer(delay.info(), key(n), nullptr));
    RC_ASSERT(first >= 0);
    RC_ASSERT(first <= Duration(48h).count());
    const std::int64_t c = plan.answer(count.info(), key(n), nullptr);
    RC_ASSERT(c >= 1 && c <= 3);
  });
}

TEST_CASE("over seeds a site is silent in some runs, strong in others, and durations meet every order of magnitude", "[plan]") {
  int silent = 0;
  std::set<int> magnitudes;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Plan plan = Plan::seeded(Seed{seed});
    int deviating = 0;
    for (std::uint64_t n = 0; n < 64; ++n) {
      const std::int64_t v = plan.answer(delay.info(), key(n), nullptr);
      if (v == delay.info().calm) continue;
      deviating += 1;
      int magnitude = 0;
      for (std::int64_t rest = v; rest > 0; rest /= 10) magnitude += 1;
      magnitudes.insert(magnitude);
    }
    silent += deviating == 0;
  }
  CHECK(silent > 100);
  CHECK(silent < 300);
  CHECK(magnitudes.size() >= 8);  // 0, and 1 ms up to days
}

TEST_CASE("spans of minutes and more have seconds beyond their round value now and then, and never any less", "[plan][WIN-6]") {
  constexpr Site<Duration> days{.name = "test.days", .low = 1min, .high = 7 * 24h, .calm = 1h};
  std::set<std::int64_t> seconds, minutes;
  int drawn = 0, uneven = 0;
  for (std::uint64_t bits = 0; bits < 20'000; ++bits) {
    const std::int64_t value = draw(days.info(), nullptr, mix(bits));
    REQUIRE((value >= Duration(1min).count() && value <= Duration(7 * 24h).count()));
    REQUIRE(value % Duration(1s).count() == 0);
    const std::int64_t beyond = value / Duration(1s).count() % 60;
    drawn += 1;
    uneven += beyond != 0;
    seconds.insert(beyond);
    minutes.insert(value / Duration(1min).count() % 60);
  }
  CHECK(uneven > drawn / 20);
  CHECK(uneven < drawn / 4);
  CHECK(seconds == std::set<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50});
  CHECK(minutes.size() > 14);  // 1 to 9 and the tens, as they are and beyond hours

  constexpr Site<Duration> short_ones{.name = "test.short", .low = 0s, .high = 50s, .calm = 0s};
  for (std::uint64_t bits = 0; bits < 20'000; ++bits) {
    std::int64_t value = draw(short_ones.info(), nullptr, mix(bits));
    while (value > 0 && value % 10 == 0) value /= 10;
    REQUIRE(value < 10);  // one digit
  }
}

TEST_CASE("what a site calls rare is drawn, and rarely; what is not rare is drawn as it was without", "[plan][OPEN-7]") {
  constexpr Site<Duration> whole{.name = "test.delay", .low = 0s, .high = 10s, .calm = 50ms};
  constexpr Site<Duration> rare{.name = "test.delay", .low = 0s, .high = 5min, .calm = 50ms, .rare_above = 10s};
  int drawn = 0, minutes = 0;
  std::int64_t longest = 0;
  for (std::uint64_t bits = 0; bits < 100'000; ++bits) {
    const std::int64_t value = draw(rare.info(), nullptr, mix(bits));
    REQUIRE((value >= 0 && value <= Duration(5min).count()));
    drawn += 1;
    longest = std::max(longest, value);
    if (value > Duration(10s).count())
      minutes += 1;
    else if (value < Duration(10s).count())
      REQUIRE(value == draw(whole.info(), nullptr, mix(bits)));
  }
  CHECK(longest == Duration(5min).count());
  CHECK(minutes > drawn / 128);
  CHECK(minutes < drawn / 64);

  const SiteRule short_ones{.site = "test.delay", .low = 0, .high = Duration(10s).count(), .calm = 0};
  const SiteRule long_ones{.site = "test.delay", .low = Duration(1min).count(), .high = Duration(5min).count(), .calm = 0};
  for (std::uint64_t bits = 0; bits < 1000; ++bits) {
    CHECK(draw(rare.info(), &short_ones, mix(bits)) <= Duration(10s).count());
    CHECK(draw(rare.info(), &long_ones, mix(bits)) >= Duration(1min).count());
  }
}

TEST_CASE("a scenario's rule narrows the envelope, sets another calm value or takes the site out", "[plan]") {
  const SiteRule narrow{
      .site = "test.delay", .low = Duration(1s).count(), .high = Duration(5s).count(), .calm = Duration(2s).count()};
  const SiteRule fixed{.site = "test.delay", .low = 0, .high = 0, .calm = 7, .only = {}, .fixed = true};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::int64_t v = Plan::seeded(Seed{seed}).answer(delay.info(), key(seed), &narrow);
    CHECK((v >= Duration(1s).count() && v <= Duration(5s).count()));
    CHECK(Plan::seeded(Seed{seed}).answer(delay.info(), key(seed), &fixed) == 7);
  }
  CHECK(Plan::calm().answer(delay.info(), key(0), &narrow) == Duration(2s).count());
}

TEST_CASE("generated operations keep to the workload's sizes and use them", "[plan]") {
  std::set<int> items, kinds;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Operation op = ChoiceCodec<Operation>::decode(Plan::seeded(Seed{seed}).answer(operation.info(), key(seed), nullptr));
    if (op.kind == OperationKind::none) continue;
    items.insert(op.item);
    kinds.insert(static_cast<int>(op.kind));
    CHECK((op.item <= 3 && op.group <= 1 && op.value >= 1 && op.value <= 9));
  }
  CHECK(items.size() == 4);
  CHECK(kinds.size() == 4);
}

TEST_CASE("a listed plan is calm except at its deviations, and is clamped into the envelope", "[plan]") {
  const Plan plan = Plan::listed({{"test.delay", "item 3", Duration(1h).count()}, {"test.count", "item 3", 99}});
  CHECK(plan.answer(delay.info(), key(3), nullptr) == Duration(1h).count());
  CHECK(plan.answer(delay.info(), key(4), nullptr) == delay.info().calm);
  CHECK(plan.answer(count.info(), key(3), nullptr) == 3);
  CHECK_THROWS_AS(Plan::listed({{"test.delay", "nonsense", 1}}), Bug);
}

TEST_CASE("taking one deviation away leaves the others their meaning", "[plan]") {
  const std::vector<Deviation> all{
      {"test.delay", "item 1", 5'000'000}, {"test.delay", "item 2", 6'000'000}, {"test.count", "item 1", 2}};
  for (std::size_t gone = 0; gone < all.size(); ++gone) {
    std::vector<Deviation> rest = all;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(gone));
    const Plan plan = Plan::listed(rest);
    for (const Deviation& d : rest) {
      const SiteInfo site = d.site == "test.delay" ? delay.info() : count.info();
      CHECK(plan.answer(site, *key_hash_of_text(d.key), nullptr) == d.value);
    }
  }
}
