// A choice site: a question the modelled services leave open, declared once, as data.
//
//   name      "room.question", e.g. "trigger.retry_back_off"; part of failure files, so never renamed lightly
//   envelope  low .. high, both allowed; for a named value: every name of its enum
//   rare      an answer beyond `rare_above` is drawn once in 64 times only; 0: no part of the envelope is rarer than the rest.
//             A scenario that narrows the envelope to what is beyond gets nothing else
//   calm      the answer that disturbs nothing; the calm plan gives it always, shrinking pulls towards it
//   rules     the rule IDs it comes from, space separated
//   asks      one sentence for `weir choices`
//   nature    open: AWS leaves it open, holds all run long; fault: heals (answers calm) from the scenario's heal_at on;
//             workload: what clients do, asked for in every seeded run
//
// A site is asked for as kernel.choose(site, key), once per statement: in f(choose(a), choose(b)) the compiler picks the order.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/base/time.hpp"

namespace weir {

enum class SiteType : std::uint8_t { duration, integer, flag, named, outcome, operation };
enum class Nature : std::uint8_t { open, fault, workload };

// FNV-1a, usable at compile time; the mixing of seeds happens on top of it.
constexpr std::uint64_t name_hash(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return h;
}

// How a C++ type travels as a choice: as one int64, with names for its text form. Specialised beside the type.
template <class T>
struct ChoiceCodec;

template <>
struct ChoiceCodec<Duration> {
  static constexpr SiteType type = SiteType::duration;
  static constexpr std::span<const std::string_view> names = {};
  static constexpr std::int64_t encode(Duration d) { return d.count(); }
  static constexpr Duration decode(std::int64_t v) { return Duration(v); }
};
template <>
struct ChoiceCodec<std::int64_t> {
  static constexpr SiteType type = SiteType::integer;
  static constexpr std::span<const std::string_view> names = {};
  static constexpr std::int64_t encode(std::int64_t v) { return v; }
  static constexpr std::int64_t decode(std::int64_t v) { return v; }
};
template <>
struct ChoiceCodec<bool> {
  static constexpr SiteType type = SiteType::flag;
  static constexpr std::span<const std::string_view> names = {};
  static constexpr std::int64_t encode(bool v) { return v ? 1 : 0; }
  static constexpr bool decode(std::int64_t v) { return v != 0; }
};

// Base of the codec of an enum class whose values count up from 0 and are spelt by `names`.
template <class E, const auto& names_>
struct NamedCodec {
  static constexpr SiteType type = SiteType::named;
  static constexpr std::span<const std::string_view> names{names_};
  static constexpr std::int64_t encode(E v) { return static_cast<std::int64_t>(v); }
  static constexpr E decode(std::int64_t v) { return static_cast<E>(v); }
};

// The untyped face of a site: what plans, files and listings work with.
struct SiteInfo {
  std::string_view name;
  SiteType type = SiteType::integer;
  Nature nature = Nature::open;
  std::int64_t low = 0, high = 0, calm = 0;
  std::span<const std::string_view> names = {};  // named and outcome: the spelling of each kind
  std::string_view rules;
  std::string_view asks;
  std::uint64_t hash = 0;
  std::int64_t rare_above = 0;
};

template <class T>
struct Site {
  std::string_view name;
  T low{}, high{}, calm{};
  T rare_above{};  // durations and integers
  std::string_view rules;
  std::string_view asks;
  Nature nature = Nature::open;
  std::uint64_t hash = name_hash(name);

  constexpr SiteInfo info() const {
    using Codec = ChoiceCodec<T>;
    return {name,  Codec::type, nature, Codec::encode(low),       Codec::encode(high), Codec::encode(calm), Codec::names,
            rules, asks,        hash,   Codec::encode(rare_above)};
  }
};

// An outcome is a kind with, for some kinds, the number of the call it strikes at: "crash after call 3".
// Packed as kind * 4096 + call. Kinds below `counted_from` carry no call.
struct CountedKind {
  std::int64_t kind = 0, call = 0;
};
constexpr std::int64_t pack_outcome(CountedKind o) { return o.kind * 4096 + o.call; }
constexpr CountedKind unpack_outcome(std::int64_t v) { return {v / 4096, v % 4096}; }

}  // namespace weir
