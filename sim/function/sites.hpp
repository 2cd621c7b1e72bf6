// What the function service leaves open, as choice sites.
#pragma once

#include <array>

#include "sim/plan/site.hpp"

namespace weir {

enum class OutcomeKind : std::uint8_t { ok, throws, timeout_in_call, crash_before_call, crash_after_call, answer_lost };
inline constexpr std::array<std::string_view, 6> outcome_names{
    "ok", "throw", "timeout in call", "crash before call", "crash after call", "answer lost"};

// How an invocation goes. `call` is the 0-based client call that is struck, where the kind has one.
struct Outcome {
  OutcomeKind kind = OutcomeKind::ok;
  std::uint32_t call = 0;
  friend constexpr bool operator==(const Outcome&, const Outcome&) = default;
};

template <>
struct ChoiceCodec<Outcome> {
  static constexpr SiteType type = SiteType::outcome;
  static constexpr std::span<const std::string_view> names{outcome_names};
  static constexpr std::int64_t encode(Outcome o) {
    return pack_outcome({static_cast<std::int64_t>(o.kind), static_cast<std::int64_t>(o.call)});
  }
  static constexpr Outcome decode(std::int64_t v) {
    const CountedKind o = unpack_outcome(v);
    return {static_cast<OutcomeKind>(o.kind), static_cast<std::uint32_t>(o.call)};
  }
};

enum class ContainerPick : std::uint8_t { last_used, longest_idle, new_one };
inline constexpr std::array<std::string_view, 3> container_names{"the last used", "the longest idle", "a new one"};

template <>
struct ChoiceCodec<ContainerPick> : NamedCodec<ContainerPick, container_names> {};

// trigger / shard / batch / attempt
inline constexpr Site<Outcome> function_outcome{
    .name = "function.outcome",
    .low = {OutcomeKind::ok, 0},
    .high = {OutcomeKind::answer_lost, 4095},
    .calm = {OutcomeKind::ok, 0},
    .rules = "RETRY-1 POLL-8 INV-2",
    .asks = "How does the invocation go: does it fail, and at which of its client calls?",
    .nature = Nature::fault};

// trigger / shard / batch / attempt; asked only when the handler wants what its container keeps, and one is idle
inline constexpr Site<ContainerPick> function_container{
    .name = "function.container",
    .low = ContainerPick::last_used,
    .high = ContainerPick::new_one,
    .calm = ContainerPick::last_used,
    .rules = "INV-4",
    .asks = "In which of the function's idle containers does the invocation run, or in a new one?"};

// The caller (trigger / shard / batch / attempt; step; ...) / call / attempt: the try that comes after the pause. The longest
// pause grows with the tries.
inline constexpr Site<std::int64_t> client_back_off{
    .name = "client.back_off",
    .low = 0,
    .high = 100,
    .calm = 50,
    .rules = "WIRE-6 ERR-8",
    .asks = "How many per cent of the longest back-off does a client wait before it tries a call again by itself?"};

inline constexpr std::array function_sites{function_outcome.info(), function_container.info(), client_back_off.info()};

}  // namespace weir
