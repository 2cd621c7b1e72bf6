// Meters against a second model: what was served, as a plain list, added up anew from the start for each answer.
#include "sim/table/meter.hpp"

#include <algorithm>

#include "sim/base/hash.hpp"
#include "tests/catch.hpp"
#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

constexpr std::array uses{CapacityUse::read, CapacityUse::write};

struct Served {
  Duration at{};
  CapacityUse use = CapacityUse::read;
  std::uint64_t hash = 0;
  std::int64_t half_units = 0;
};

// Whether anything is left of a rate by rule CAP-3: begin with a second's worth, add what time brings up to what is kept, take
// what was served, in the order of time. In units by 2,000,000 and by the parts that the rate is shared among.
bool anything_left(std::int64_t rate, std::int64_t parts, Duration keeps, Duration now, const std::vector<Served>& served) {
  const std::int64_t most = rate * 2 * std::max<Duration>(keeps, 1s).count();
  std::int64_t left = rate * 2 * Duration(1s).count();
  Duration at{};
  const auto wait = [&](Duration until) {
    left = std::min(most, left + 2 * rate * (until - at).count());
    at = until;
  };
  for (const Served& one : served) {
    wait(one.at);
    left -= one.half_units * 1'000'000 * parts;
  }
  wait(now);
  return left > 0;
}

// On demand, by rule CAP-6: in each second twice the highest of those before that have been over for `growth`.
CapacityAnswer on_demand(const MeterTerms& terms, CapacityUse use, Duration now, const std::vector<Served>& served) {
  const auto second_of = [](Duration at) { return at / std::chrono::seconds(1); };
  const auto half_units_in = [&](std::int64_t second) {
    std::int64_t sum = 0;
    for (const Served& one : served)
      if (second_of(one.at) == second) sum += one.half_units;
    return sum;
  };
  std::int64_t peak = 0;
  for (const Served& one : served) {
    const std::int64_t second = second_of(one.at);
    const bool counts = second < second_of(now) && std::chrono::seconds(second + 1) + terms.growth <= now;
    if (counts) peak = std::max(peak, half_units_in(second));
  }
  const std::int64_t used = half_units_in(second_of(now)), most = 2 * terms.most.of(use);
  if (most != 0 && used >= most) return CapacityAnswer::on_demand_exceeded;
  if (used >= 2 * table_quota.of(use)) return CapacityAnswer::account_exceeded;
  const bool grown = used < std::max(2 * terms.rate.of(use), 2 * peak);
  return grown ? CapacityAnswer::served : CapacityAnswer::key_range_exceeded;
}

struct SlowMeter {
  MeterTerms terms;
  std::uint64_t partitions = 1;  // a power of two
  std::vector<Served> all{};

  std::uint64_t part_of(std::uint64_t hash) const { return partitions == 1 ? 0 : hash / (~std::uint64_t{0} / partitions + 1); }
  std::vector<Served> of(CapacityUse use) const {
    std::vector<Served> found;
    for (const Served& one : all)
      if (one.use == use) found.push_back(one);
    return found;
  }
  CapacityAnswer ask(CapacityUse use, std::uint64_t hash, Duration now) const {
    const std::vector<Served> mine = of(use);
    std::vector<Served> here;
    for (const Served& one : mine)
      if (part_of(one.hash) == part_of(hash)) here.push_back(one);
    const bool provisioned = terms.billing == BillingMode::provisioned;
    if (provisioned && !anything_left(terms.rate.of(use), 1, terms.burst, now, mine))
      return CapacityAnswer::provisioned_exceeded;
    if (!provisioned)
      if (const CapacityAnswer answer = on_demand(terms, use, now, mine); answer != CapacityAnswer::served) return answer;
    const bool within = anything_left(terms.per_partition.of(use), 1, 1s, now, here);
    const auto parts = static_cast<std::int64_t>(partitions);
    const bool share = !provisioned || terms.adaptive || anything_left(terms.rate.of(use), parts, terms.burst, now, here);
    return within && share ? CapacityAnswer::served : CapacityAnswer::key_range_exceeded;
  }
};

MeterTerms any_terms() {
  MeterTerms terms;
  terms.billing = pick(0, 2) == 0 ? BillingMode::on_demand : BillingMode::provisioned;
  terms.rate = {pick(1, 30), pick(1, 30)};
  if (pick(0, 3) == 0) terms.most = {pick(1, 40), pick(1, 40)};
  terms.per_partition = {pick(1, 40), pick(1, 40)};
  terms.burst = std::array<Duration, 5>{0s, 500ms, 1s, 10s, 300s}[static_cast<std::size_t>(pick(0, 5))];
  terms.growth = std::array<Duration, 3>{0s, 3s, 30min}[static_cast<std::size_t>(pick(0, 3))];
  terms.adaptive = pick(0, 2) == 0;
  return terms;
}

// By order of magnitude: nothing, microseconds, milliseconds, seconds, minutes.
Duration any_gap() {
  constexpr std::array<std::int64_t, 5> longest{1, 900, 900'000, 9'000'000, 600'000'000};
  return Duration(
      *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::int64_t>(0, longest[static_cast<std::size_t>(pick(0, 5))])));
}

std::uint64_t spread(int i) { return mix(static_cast<std::uint64_t>(i), 77); }

}  // namespace

TEST_CASE("a meter answers as one who adds up from the start all that was ever served",
          "[property][CAP-2][CAP-3][CAP-4][CAP-6]") {
  Sometimes throttled;
  WEIR_PROPERTY("for any terms and any requests", [&] {
    const MeterTerms terms = any_terms();
    SlowMeter slow{terms, std::uint64_t{1} << pick(0, 3)};
    Meter meter(terms, static_cast<int>(slow.partitions), Instant{});
    Duration now{};
    int refused = 0;
    const int requests = pick(1, 40);
    for (int i = 0; i < requests; ++i) {
      now += any_gap();
      const CapacityUse use = uses[static_cast<std::size_t>(pick(0, 2))];
      const std::uint64_t hash = spread(pick(0, 5));
      const CapacityAnswer answer = meter.ask(use, hash, Instant(now));
      RC_ASSERT(answer == slow.ask(use, hash, now));
      refused += answer != CapacityAnswer::served;
      if (answer != CapacityAnswer::served) continue;
      const std::int64_t half_units = pick(1, 30);
      meter.take(use, hash, half_units);
      slow.all.push_back({now, use, hash, half_units});
    }
    throttled.count(refused > 0);
  });
  CHECK(throttled.once_in(5));
}

TEST_CASE("a partition serves 1,000 writes and 3,000 reads in its first second, and as much in each one after", "[CAP-2]") {
  Meter meter({.billing = BillingMode::provisioned, .rate = table_quota, .burst = 300s}, 2, Instant{});
  const auto served_in_a_row = [&](CapacityUse use, Instant now) {
    int served = 0;
    for (; meter.ask(use, 1, now) == CapacityAnswer::served; ++served) meter.take(use, 1, 2);
    return served;
  };
  CHECK(served_in_a_row(CapacityUse::write, Instant{}) == 1000);
  CHECK(served_in_a_row(CapacityUse::read, Instant{}) == 3000);
  CHECK(meter.ask(CapacityUse::write, ~std::uint64_t{0}, Instant{}) == CapacityAnswer::served);  // the other partition
  CHECK(served_in_a_row(CapacityUse::write, Instant(1s)) == 1000);
  CHECK(served_in_a_row(CapacityUse::write, Instant(1h)) == 1000);  // a partition keeps nothing for longer
}

TEST_CASE("what is not used for five minutes is there for a burst, and what is older is not", "[CAP-3]") {
  for (const auto& [keeps, idle, expected] : std::vector<std::tuple<Duration, Duration, int>>{
           {300s, 299s, 3000}, {300s, 300s, 3000}, {300s, 10h, 3000}, {60s, 10h, 600}, {0s, 10h, 10}, {300s, 0s, 10}}) {
    Meter meter({.billing = BillingMode::provisioned, .rate = {1, 10}, .per_partition = table_quota, .burst = keeps}, 1,
                Instant{});
    int served = 0;
    for (; meter.ask(CapacityUse::write, 0, Instant(idle)) == CapacityAnswer::served; ++served)
      meter.take(CapacityUse::write, 0, 2);
    CHECK(served == expected);
  }
}

TEST_CASE("a table on demand serves 4,000 writes and 12,000 reads a second at first, then twice what it has seen",
          "[CAP-6][CAP-7]") {
  Meter meter({.billing = BillingMode::on_demand, .rate = new_table_on_demand, .per_partition = table_quota}, 4, Instant{});
  const auto served_at = [&](CapacityUse use, Duration at) {
    int served = 0;
    for (; meter.ask(use, 0, Instant(at)) == CapacityAnswer::served; ++served) meter.take(use, 0, 2);
    return served;
  };
  CHECK(served_at(CapacityUse::write, 0s) == 4000);
  CHECK(served_at(CapacityUse::read, 0s) == 12'000);
  CHECK(meter.ask(CapacityUse::write, 0, Instant(1s - 1us)) == CapacityAnswer::key_range_exceeded);
  CHECK(served_at(CapacityUse::write, 1s) == 8000);
  CHECK(served_at(CapacityUse::write, 2s) == 16'000);
  CHECK(served_at(CapacityUse::write, 3s) == 32'000);
  CHECK(served_at(CapacityUse::write, 4s) == 40'000);  // the quota of a table
  CHECK(meter.ask(CapacityUse::write, 0, Instant(4s)) == CapacityAnswer::account_exceeded);
}

TEST_CASE("a partition that splits leaves its halves with a limit each, where its hashes are", "[CAP-5]") {
  Meter meter({.billing = BillingMode::on_demand, .rate = table_quota}, 1, Instant{});
  const std::uint64_t low = 5, high = ~std::uint64_t{0} - 5;
  for (int i = 0; i < 1000; ++i) meter.take(CapacityUse::write, low, 2);
  CHECK(meter.ask(CapacityUse::write, high, Instant{}) == CapacityAnswer::key_range_exceeded);
  meter.split(meter.at(low), Instant{});
  CHECK(meter.at(low).path == "0.0");
  CHECK(meter.at(high).path == "0.1");
  CHECK(meter.at(low).last_hash + 1 == meter.at(high).first_hash);
  for (int i = 0; i < 1000; ++i) meter.take(CapacityUse::write, low, 2);
  CHECK(meter.ask(CapacityUse::write, low, Instant{}) == CapacityAnswer::key_range_exceeded);
  CHECK(meter.ask(CapacityUse::write, high, Instant{}) == CapacityAnswer::served);
}

TEST_CASE("a partition's share keeps what is saved, and what is owed, over a change and a split", "[CAP-4]") {
  MeterTerms terms{.billing = BillingMode::provisioned, .rate = {10, 10}, .burst = 300s, .adaptive = false};
  Meter meter(terms, 2, Instant{});
  const std::uint64_t low = 1, high = ~std::uint64_t{0};
  meter.take(CapacityUse::write, low, 2 * 15);  // 5 units a second are its share: 10 are owed
  CHECK(meter.ask(CapacityUse::write, low, Instant(1s)) != CapacityAnswer::served);
  terms.rate = {20, 20};
  meter.set(terms, Instant(1s));  // 5 owed then, and 10 a second from now on
  CHECK(meter.ask(CapacityUse::write, low, Instant(1400ms)) == CapacityAnswer::key_range_exceeded);
  CHECK(meter.ask(CapacityUse::write, low, Instant(1600ms)) == CapacityAnswer::served);
  CHECK(meter.ask(CapacityUse::write, high, Instant(61s)) == CapacityAnswer::served);
  meter.split(*meter.named("1"), Instant(61s));  // its halves go on with some 600 units saved each
  meter.take(CapacityUse::write, high, 2 * 500);
  CHECK(meter.ask(CapacityUse::write, high, Instant(61s)) == CapacityAnswer::served);
  meter.take(CapacityUse::write, high, 2 * 200);
  CHECK(meter.ask(CapacityUse::write, high, Instant(61s)) == CapacityAnswer::key_range_exceeded);
}
