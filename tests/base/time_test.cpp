#include "sim/base/time.hpp"

#include "sim/base/strong.hpp"
#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("a duration reads as a sum of units, largest first", "[time]") {
  CHECK(to_text(Duration{0}) == "0s");
  CHECK(to_text(Duration{250ms}) == "250ms");
  CHECK(to_text(Duration{10min}) == "10min");
  CHECK(to_text(Duration{90min}) == "1h30min");
  CHECK(to_text(Duration{48h}) == "48h");
  CHECK(to_text(Duration{1h + 1us}) == "1h1us");
  CHECK(to_text(-Duration{1500ms}) == "-1s500ms");
  CHECK(parse_duration("1h30min") == Duration{90min});
  CHECK(parse_duration("0s") == Duration{0});
  CHECK(parse_duration("1500ms") == Duration{1500ms});
  for (const char* text : {"", "5", "s", "5x", "5 s", "min", "1.5s", "99999999999999999999h"}) {
    INFO(text);
    CHECK(parse_duration(text) == std::nullopt);
  }
  WEIR_PROPERTY("any duration that is not negative comes back", [] {
    const Duration span{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000'000)};
    RC_ASSERT(parse_duration(to_text(span)) == span);
  });
}

TEST_CASE("an instant reads in fixed width, and Unix seconds round down", "[time]") {
  CHECK(to_text(Instant{25h + 3s + 250ms}) == "025:00:03.250000");
  CHECK(to_text(Instant{}) == "000:00:00.000000");
  CHECK(unix_seconds(Instant{1999ms}, 100) == 101);
  CHECK(unix_seconds(Instant{-1ms}, 100) == 99);
}

TEST_CASE("ids of two kinds do not mix, ids of one kind are ordered", "[time]") {
  using Apples = Strong<struct AppleTag, std::uint32_t>;
  using Pears = Strong<struct PearTag, std::uint32_t>;
  static_assert(!std::is_convertible_v<Apples, Pears> && !std::is_convertible_v<std::uint32_t, Apples>);
  CHECK(Apples{1} < Apples{2});
  CHECK(Apples{1} == Apples{1});
}
