#include "reports/story/loaded_rows.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "sim/trace/text.hpp"

namespace weir {

namespace {

// A try takes no time: its facts stand together, and the CallRetried that takes it back comes right after them.
struct Counter {
  const std::vector<Fact>& trace;
  LoadedRows rows = {};
  std::string last_before = {};          // what `last` was before the present try
  std::uint64_t* counted = nullptr;      // what the present try was counted as
  std::set<FactIndex> after_write = {};  // CallRetried of rows that are written already

  void count_written() {
    rows.written += 1;
    counted = &rows.written;
  }
  void count_refused(const Fact& fact, std::string why) {
    const bool by_capacity = fact.cause < trace.size() && trace[fact.cause].as<CapacityAsked>();
    if (after_write.contains(by_capacity ? trace[fact.cause].cause : fact.cause)) return count_written();
    last_before = std::exchange(rows.last, std::move(why));
    rows.refused += 1;
    counted = &rows.refused;
  }
  void take_back(const Fact& retried) {
    if (counted == &rows.written || after_write.contains(retried.cause)) after_write.insert(retried.index);
    if (counted == &rows.refused) rows.last = last_before;
    if (counted != nullptr) *counted -= 1;
    counted = nullptr;
  }
  void learn(const Fact& fact) {
    const auto loads = [](const Actor& actor) { return actor.kind == ActorKind::loader; };
    if (const auto* write = fact.as<Written>(); write && loads(write->actor)) count_written();
    if (const auto* same = fact.as<WriteIgnored>(); same && loads(same->actor)) count_written();
    if (const auto* refusal = fact.as<WriteRefused>(); refusal && loads(refusal->actor))
      count_refused(fact,
                    fmt::format("{}{}{}", wire_name(refusal->error), refusal->message.empty() ? "" : ": ", refusal->message));
    if (const auto* disturbed = fact.as<CallDisturbed>(); disturbed && loads(disturbed->actor)) {
      counted = nullptr;
      if (disturbed->fate != Fate::error_done) count_refused(fact, std::string(to_text(disturbed->fate)));
    }
    if (const auto* retried = fact.as<CallRetried>(); retried && loads(retried->actor)) take_back(fact);
  }
};

}  // namespace

LoadedRows loaded_rows(const std::vector<Fact>& trace) {
  Counter counter{trace};
  for (const Fact& fact : trace) counter.learn(fact);
  return counter.rows;
}

}  // namespace weir
