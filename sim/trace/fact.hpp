// One entry of a trace: something observable that happened.
//
//   index   0-based place in the trace          at     virtual time
//   cause   index of the fact that led to it, or no_fact; a story is a walk up the causes
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "sim/base/time.hpp"
#include "sim/trace/facts_capacity.hpp"
#include "sim/trace/facts_function.hpp"
#include "sim/trace/facts_index.hpp"
#include "sim/trace/facts_lifecycle.hpp"
#include "sim/trace/facts_queue.hpp"
#include "sim/trace/facts_stream.hpp"
#include "sim/trace/facts_table.hpp"
#include "sim/trace/facts_trigger.hpp"
#include "sim/trace/facts_world.hpp"

namespace weir {

using FactBody =
    std::variant<RunStarted, StepTaken, OperationIssued, FaultsHealed, RunEnded,                                     //
                 TableDeclared, Written, WriteIgnored, WriteRefused, ItemRead, TtlJudged,                            //
                 StreamEnabled, StreamDisabled, StreamGone, ShardOpened, ShardClosed, ShardGone, Appended, Trimmed,  //
                 PageRead, IteratorIssued, StreamCallRefused,                                                        //
                 InvocationStarted, InvocationEnded, CallDisturbed, ReaderStarted, ReaderEnded, Logged,              //
                 MappingDeclared, ShardStarted, ShardFinished, Settled, DestinationSent, Checkpointed, RetryScheduled, Bisected,
                 IteratorAge, TableDeleted, ContainerEntered, LanesDeclared, WindowEnding, CallRetried, StaleRead,
                 TransactionCommitted, TransactionCanceled, TransactionRepeated, QueueDeclared, MessageSent, MessageReceived,
                 MessageGone, DestinationFailed, AccessDenied, MappingAccess, IndexDeclared, IndexUpdated, IndexRead,
                 IndexBehind, ObjectStored, ObjectUsed, PollerLost, CapacitySet, CapacityAsked, PartitionSplit,
                 MappingStateChanged, MappingUpdated, MappingCallRefused, ConcurrencySet, InvocationThrottled, Replayed,
                 IndexStatusChanged, TableCallRefused, StreamActive, FunctionDeclared, TableAwaited, RoleSet, RequestRefused,
                 ConcurrencyRefused>;

inline constexpr std::size_t fact_kinds = std::variant_size_v<FactBody>;

// The place of a fact type in FactBody: what interest masks are made of.
template <class T, std::size_t i = 0>
constexpr std::size_t kind_of() {
  static_assert(i < fact_kinds, "not a fact");
  if constexpr (std::is_same_v<std::variant_alternative_t<i, FactBody>, T>)
    return i;
  else
    return kind_of<T, i + 1>();
}

// A set of fact kinds.
__extension__ using FactMask = unsigned __int128;
static_assert(fact_kinds <= 128);
template <class... Ts>
constexpr FactMask mask_of() {
  return ((FactMask{1} << kind_of<Ts>()) | ... | FactMask{0});
}
inline constexpr FactMask all_facts = ~FactMask{0};

struct Fact {
  FactIndex index = 0;
  FactIndex cause = no_fact;
  Instant at{};
  FactBody what;

  template <class T>
  const T* as() const {
    return std::get_if<T>(&what);
  }
  std::string_view name() const {
    return std::visit([](const auto& body) { return std::remove_cvref_t<decltype(body)>::name; }, what);
  }
};

}  // namespace weir
