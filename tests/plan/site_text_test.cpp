#include "sim/plan/site_text.hpp"

#include "sim/plan/operation.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {
constexpr std::array<std::string_view, 3> outcome_names{"ok", "throw", "crash after call"};
constexpr SiteInfo outcome{
    .name = "t.outcome", .type = SiteType::outcome, .names = outcome_names, .hash = name_hash("t.outcome")};
constexpr SiteInfo flag{.name = "t.flag", .type = SiteType::flag, .high = 1, .hash = name_hash("t.flag")};
constexpr SiteInfo span{
    .name = "t.span", .type = SiteType::duration, .high = Duration(1h).count(), .hash = name_hash("t.span")};
constexpr SiteInfo op{.name = "t.op", .type = SiteType::operation, .names = operation_kind_names, .hash = name_hash("t.op")};
}  // namespace

TEST_CASE("values have one text and come back from it", "[plan]") {
  const std::vector<std::pair<const SiteInfo*, std::string>> texts{{&outcome, "ok"}, {&outcome, "crash after call 2"},
                                                                   {&flag, "true"},  {&span, "1min30s"},
                                                                   {&op, "none"},    {&op, "delete item 2 group 0 value 5"}};
  for (const auto& [site, text] : texts) {
    const auto value = parse_value_text(*site, text);
    REQUIRE(value.has_value());
    CHECK(value_text(*site, *value) == text);
  }
}

TEST_CASE("text that is no value of the site is refused", "[plan]") {
  for (const char* text : {"", "crash after call", "crash after call x", "crash after call -1", "throw 3", "okay"})
    CHECK_FALSE(parse_value_text(outcome, text).has_value());
  for (const char* text :
       {"put", "put item 1", "fly item 1 group 0 value 1", "put item -1 group 0 value 1", "put item 1 group 300 value 1"})
    CHECK_FALSE(parse_value_text(op, text).has_value());
  CHECK_FALSE(parse_value_text(flag, "yes").has_value());
  CHECK_FALSE(parse_value_text(span, "1 hour").has_value());
}

TEST_CASE("an envelope can be read aloud", "[plan]") {
  CHECK(envelope_text(span) == "0s .. 1h");
  SiteInfo rare = span;
  rare.rare_above = Duration(10s).count();
  CHECK(envelope_text(rare) == "0s .. 1h, beyond 10s rarely");
  CHECK(envelope_text(flag) == "false | true");
  CHECK(envelope_text(outcome) == "ok | throw | crash after call k");
}

TEST_CASE("no two sites share a name", "[plan]") {
  CHECK_THROWS_AS(SiteBook({flag, flag}), Bug);
  const SiteBook book({flag, span});
  CHECK(book.find("t.span")->type == SiteType::duration);
  CHECK(book.find("t.nothing") == nullptr);
}
