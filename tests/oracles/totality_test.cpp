// Oracles are total: a trace that makes no sense at all gets a verdict, never an exception or undefined behaviour.
#include <limits>

#include "oracles/probes.hpp"
#include "tests/catch.hpp"
#include "tests/oracles/trace_builder.hpp"

using namespace weir;

namespace {

// Fills the fields of a fact with small numbers mostly, so that facts refer to each other, and with the largest at times.
class Filler {
 public:
  explicit Filler(rc::Random random) : random_(random) {}

  std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
  std::uint64_t number() {
    const std::uint64_t dice = below(16);
    if (dice == 0) return std::numeric_limits<std::uint64_t>::max() - below(2);
    if (dice == 1) return std::uint64_t{1} << below(64);
    return below(6);
  }
  Instant instant(Instant near) {
    if (below(20) == 0) return Instant(Duration(static_cast<std::int64_t>(number())));
    if (below(20) == 0) return Instant::min();
    return near;
  }

  template <class T>
  void operator()(std::string_view, const T& field) {
    fill(const_cast<T&>(field));  // the facts being filled are no constants
  }

 private:
  void fill(bool& v) { v = below(2) == 0; }
  void fill(std::uint32_t& v) { v = static_cast<std::uint32_t>(number()); }
  void fill(std::uint64_t& v) { v = number(); }
  void fill(std::int64_t& v) { v = static_cast<std::int64_t>(number()); }
  void fill(Duration& v) { v = Duration(static_cast<std::int64_t>(number())); }
  void fill(std::string& v) {
    static const char* const texts[] = {"orders", "views", "mirror", "expires_at", "id", ""};
    v = texts[below(6)];
  }
  void fill(ItemKey& v) {
    if (below(10) != 0) v = ItemKey(AttributeValue("k" + std::to_string(below(3))));
  }
  void fill(Item& v) {
    if (below(4) == 0) return;
    v = test::item("k" + std::to_string(below(3)),
                   {{"count", static_cast<std::int64_t>(number())}, {"expires_at", static_cast<std::int64_t>(number())}});
    if (below(8) == 0) v = v.with("count", *Number::parse(below(2) == 0 ? "9e125" : "-1e-130"));
    if (below(8) == 0) v = v.with("expires_at", *Number::parse("9e125"));
  }
  void fill(Actor& v) { v = {static_cast<ActorKind>(below(5)), number()}; }
  void fill(RecordList& v) {
    if (below(12) == 0) return;  // null
    std::vector<RecordId> records;
    for (std::uint64_t i = below(4); i > 0; --i) records.push_back({number()});
    v = test::TraceBuilder::list(records);
  }
  template <class Tag, class Rep>
  void fill(Strong<Tag, Rep>& v) {
    v.value = static_cast<Rep>(number());
  }
  template <class E>
  requires std::is_enum_v<E>
  void fill(E& v) { v = static_cast<E>(below(3)); }

  rc::Random random_;
};

template <std::size_t i = 0>
FactBody empty_body(std::size_t kind) {
  if constexpr (i + 1 < fact_kinds)
    if (kind != i) return empty_body<i + 1>(kind);
  return FactBody(std::in_place_index<i>);
}

std::vector<Fact> nonsense(std::uint64_t seed, std::size_t size) {
  Filler filler{rc::Random(seed)};
  std::vector<Fact> facts;
  Instant now{};
  while (facts.size() < size) {
    now += Duration(static_cast<std::int64_t>(filler.below(std::uint64_t{1} << filler.below(38))));
    Fact fact{facts.size(), no_fact, filler.instant(now), empty_body(filler.below(fact_kinds))};
    std::visit([&](auto& body) { body.each(filler); }, fact.what);
    facts.push_back(std::move(fact));
  }
  return facts;
}

std::vector<std::unique_ptr<Oracle>> every_oracle() {
  std::vector<std::unique_ptr<Oracle>> oracles = always_on();
  const std::vector<OracleSpec> specs{
      {"O-LIN", {{"reader", "mirror"}}},
      {"O-CONV", {{"source", "orders"}, {"view", "views"}, {"fold", "copy"}, {"ignore", "count"}, {"tombstone", "gone"}}},
      {"O-CONV", {{"source", "orders"}, {"view", "views"}, {"fold", "copy"}, {"view_key", "count"}}},
      {"O-CONV", {{"source", "orders"}, {"view", "views"}, {"fold", "sum"}, {"value", "count"}, {"group", "id"}}},
      {"O-ONCE", {{"source", "orders"}, {"view", "views"}, {"fold", "count"}, {"of", "records"}}},
      {"O-ONCE",
       {{"source", "orders"}, {"view", "views"}, {"fold", "sum"}, {"of", "changes"}, {"value", "count"}, {"into", "count"}}},
      {"O-ORDER", {{"view", "views"}, {"version", "count"}, {"source", "orders"}}},
      {"O-ORDER", {{"view", "views"}, {"version", "count"}, {"when", "end"}}},
      {"O-NOLOSS", {{"mapping", "mirror"}}},
      {"O-ACCT", {{"mapping", "mirror"}}},
      {"O-RETRY", {{"mapping", "mirror"}, {"retries", "1"}, {"age", "1min"}}},
      {"O-LIVE", {{"mapping", "mirror"}, {"within", "1min"}, {"wait", "1h"}}},
      {"O-READ", {{"source", "orders"}, {"effects", "views"}, {"by", "count"}}},
      {"O-ARCH", {{"source", "orders"}, {"archive", "views"}, {"incarnation", "count"}}},
      {"O-BOUND", {{"table", "orders"}, {"lives", "1h"}, {"most", "2"}}},
  };
  for (const OracleSpec& spec : specs) oracles.push_back(make_oracle(spec));
  return oracles;
}

}  // namespace

TEST_CASE("every oracle judges any facts in any order without an exception", "[oracles][property]") {
  WEIR_PROPERTY("nonsense gets a verdict", [](std::uint64_t seed) {
    const std::vector<Fact> facts = nonsense(seed, 60);
    Probes probes;
    for (const Fact& fact : facts) probes.observe(fact);
    RC_ASSERT(probes.reached().size() == probe_names().size());
    for (const auto& oracle : every_oracle()) {
      const Verdict verdict = judge(facts, *oracle);
      RC_ASSERT(verdict.oracle == oracle->name());
      RC_ASSERT(verdict.is_ok() == verdict.message.empty());
      RC_ASSERT(std::is_sorted(verdict.evidence.begin(), verdict.evidence.end()));
      if (verdict.is_violation()) RC_ASSERT(!verdict.evidence.empty());
      for (const Fact& fact : facts) oracle->observe(fact);  // facts it did not ask for, after the end
      if (verdict.is_violation()) RC_ASSERT(oracle->verdict().message == verdict.message);
    }
  });
}
