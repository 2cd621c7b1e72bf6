#include "sim/plan/plan.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "sim/plan/operation.hpp"

namespace weir {

namespace {

// Orders of magnitude of a span. Each class holds round values only, so that a story reads "20min", never "1201337ms".
struct Magnitude {
  std::int64_t unit;  // microseconds
  std::int64_t first, last;
};
constexpr std::int64_t ms = 1'000, s = 1'000'000, min = 60 * s, h = 3600 * s;
constexpr std::array<Magnitude, 11> magnitudes{{{0, 0, 0},
                                                {ms, 1, 9},
                                                {10 * ms, 1, 9},
                                                {100 * ms, 1, 9},
                                                {s, 1, 9},
                                                {10 * s, 1, 5},
                                                {min, 1, 9},
                                                {10 * min, 1, 5},
                                                {h, 1, 9},
                                                {5 * h, 2, 9},
                                                {24 * h, 2, 7}}};

std::uint64_t below(std::uint64_t& bits, std::uint64_t bound) {
  bits = mix(bits + 0x9e3779b97f4a7c15ULL);
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits) * bound) >> 64);
}

std::int64_t draw_of(const Magnitude& m, std::uint64_t& bits) {
  return m.unit * (m.first + static_cast<std::int64_t>(below(bits, static_cast<std::uint64_t>(m.last - m.first) + 1)));
}

// What a span of minutes or more now and then has beyond its round value, seconds or more: "20min7s". With round values alone
// all that minutes separate would stay in step, and nothing long would ever end within a minute's window.
std::int64_t draw_beyond(const Magnitude& m, std::uint64_t& bits) {
  constexpr std::size_t seconds = 4, minutes = 6;
  static_assert(magnitudes[seconds].unit == s && magnitudes[minutes].unit == min);
  if (m.unit < min || below(bits, 4) != 0) return 0;
  const auto own = static_cast<std::size_t>(&m - magnitudes.data());
  return draw_of(magnitudes[seconds + below(bits, own - seconds)], bits);
}

std::int64_t draw_span(std::int64_t low, std::int64_t high, std::uint64_t& bits) {
  if (low < 0) {  // a signed envelope: the sign first, then the size
    if (high <= 0 || below(bits, 2) == 0) return -draw_span(std::max<std::int64_t>(0, -high), -low, bits);
    return draw_span(0, high, bits);
  }
  std::array<std::size_t, magnitudes.size()> fitting{};
  std::size_t count = 0;
  for (std::size_t i = 0; i < magnitudes.size(); ++i)
    if (magnitudes[i].unit * magnitudes[i].last >= low && magnitudes[i].unit * magnitudes[i].first <= high)
      fitting[count++] = i;
  if (count == 0) return below(bits, 2) == 0 ? low : high;
  const Magnitude& m = magnitudes[fitting[below(bits, count)]];
  return std::clamp(draw_of(m, bits) + draw_beyond(m, bits), low, high);
}

std::int64_t draw_integer(std::int64_t low, std::int64_t high, std::uint64_t& bits) {
  const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  if (width < 16) return low + static_cast<std::int64_t>(below(bits, width + 1));
  int exponent = 0;
  while (exponent < 62 && (1ULL << (exponent + 1)) <= width) ++exponent;
  const std::uint64_t magnitude = below(bits, static_cast<std::uint64_t>(exponent) + 2);
  const std::uint64_t step = magnitude == 0 ? 0 : (1ULL << (magnitude - 1)) + below(bits, 1ULL << (magnitude - 1));
  return low + static_cast<std::int64_t>(std::min(step, width));
}

std::int64_t draw_kind(const SiteInfo& site, const SiteRule* rule, std::uint64_t& bits) {
  if (rule && !rule->only.empty()) return rule->only[below(bits, rule->only.size())];
  return static_cast<std::int64_t>(below(bits, site.names.size()));
}

// Items and groups count from 0, values from 1, up to what the high bound carries.
std::int64_t draw_operation(const SiteInfo& site, const SiteRule* rule, std::uint64_t& bits) {
  using Codec = ChoiceCodec<Operation>;
  const Operation most = Codec::decode(rule ? rule->high : site.high);
  Operation op;
  if (rule && !rule->only.empty())
    op.kind = static_cast<OperationKind>(rule->only[below(bits, rule->only.size())]);
  else
    op.kind = static_cast<OperationKind>(1 + below(bits, operation_kind_names.size() - 1));
  op.item = static_cast<std::uint16_t>(below(bits, std::uint64_t{most.item} + 1));
  op.group = static_cast<std::uint8_t>(below(bits, std::uint64_t{most.group} + 1));
  op.value = static_cast<std::uint32_t>(1 + below(bits, std::max<std::uint64_t>(1, most.value)));
  return Codec::encode(op);
}

std::int64_t clamp_listed(const SiteInfo& site, const SiteRule* rule, std::int64_t value) {
  if (site.type == SiteType::outcome || site.type == SiteType::operation) return value;
  return std::clamp(value, rule ? rule->low : site.low, rule ? rule->high : site.high);
}

// The part of an envelope that an answer is drawn from. Its own bits decide, so that what is not rare is drawn as without.
struct Part {
  std::int64_t low, high;
};
Part part_of(const SiteInfo& site, Part whole, std::uint64_t bits) {
  constexpr std::uint64_t salt = 0x7261726520627574ULL, once_in = 64;
  const std::int64_t bound = site.rare_above;
  if (bound == 0 || whole.low > bound || whole.high <= bound) return whole;
  return mix(bits ^ salt) % once_in == 0 ? Part{bound, whole.high} : Part{whole.low, bound};
}

// How strongly a site takes part in a run: a threshold on 32 bits, 0 when it does not.
std::uint64_t share_of(const SiteInfo& site, std::uint64_t run) {
  constexpr std::array<std::uint64_t, 6> shares{1ULL << 31, 1ULL << 30, 1ULL << 29, 1ULL << 28, 1ULL << 27, 1ULL << 26};
  if (site.nature == Nature::workload) return (1ULL << 32) - (shares[(run >> 8) % 4] >> 1);
  if ((run & 1) == 0) return 0;
  return shares[(run >> 8) % shares.size()];
}

}  // namespace

std::int64_t draw(const SiteInfo& site, const SiteRule* rule, std::uint64_t bits) {
  const std::int64_t low = rule ? rule->low : site.low, high = rule ? rule->high : site.high;
  const std::int64_t calm = rule ? rule->calm : site.calm;
  switch (site.type) {
    case SiteType::duration: {
      const Part part = part_of(site, {low, high}, bits);
      return draw_span(part.low, part.high, bits);
    }
    case SiteType::integer: {
      const Part part = part_of(site, {low, high}, bits);
      return draw_integer(part.low, part.high, bits);
    }
    case SiteType::flag:
      return low == high ? low : 1 - calm;
    case SiteType::named:
      return rule && rule->only.empty()
                 ? low + static_cast<std::int64_t>(below(bits, static_cast<std::uint64_t>(high - low) + 1))
                 : draw_kind(site, rule, bits);
    case SiteType::outcome: {
      const std::int64_t kind = draw_kind(site, rule, bits);
      const bool counted = site.names[static_cast<std::size_t>(kind)].ends_with(" call");
      const std::uint64_t call = below(bits, 1ULL << below(bits, 4));  // mostly an early call
      return pack_outcome({kind, counted ? static_cast<std::int64_t>(call) : 0});
    }
    case SiteType::operation:
      return draw_operation(site, rule, bits);
  }
  return calm;
}

Plan Plan::calm() { return {}; }

Plan Plan::seeded(Seed seed) {
  Plan plan;
  plan.kind_ = Kind::seeded;
  plan.seed_ = seed;
  return plan;
}

Plan Plan::listed(std::vector<Deviation> deviations) {
  auto listing = std::make_shared<Listing>();
  for (const Deviation& d : deviations) {
    const std::optional<std::uint64_t> key = key_hash_of_text(d.key);
    SIM_CHECK(key.has_value(), "a deviation's key is a path of 'label value' parts");
    listing->sorted.push_back({name_hash(d.site), *key, d.value});
  }
  std::stable_sort(listing->sorted.begin(), listing->sorted.end(),
                   [](const Listed& a, const Listed& b) { return a.site != b.site ? a.site < b.site : a.key < b.key; });
  listing->given = std::move(deviations);
  Plan plan;
  plan.kind_ = Kind::listed;
  plan.listing_ = std::move(listing);
  return plan;
}

std::vector<Deviation> Plan::deviations() const { return listing_ ? listing_->given : std::vector<Deviation>{}; }

std::int64_t Plan::answer(const SiteInfo& site, std::uint64_t key_hash, const SiteRule* rule) const {
  const std::int64_t calm = rule ? rule->calm : site.calm;
  if (kind_ == Kind::calm || (rule && rule->fixed)) return calm;
  if (kind_ == Kind::listed) {
    const auto at = std::lower_bound(listing_->sorted.begin(), listing_->sorted.end(), std::pair(site.hash, key_hash),
                                     [](const Listed& a, const std::pair<std::uint64_t, std::uint64_t>& b) {
                                       return a.site != b.first ? a.site < b.first : a.key < b.second;
                                     });
    if (at == listing_->sorted.end() || at->site != site.hash || at->key != key_hash) return calm;
    return clamp_listed(site, rule, at->value);
  }
  const std::uint64_t run = mix(seed_.value, site.hash);
  const std::uint64_t share = share_of(site, run);
  if (share == 0) return calm;
  const std::uint64_t bits = mix(run, key_hash);
  if ((bits & 0xffffffffULL) >= share) return calm;
  return draw(site, rule, bits);
}

}  // namespace weir
