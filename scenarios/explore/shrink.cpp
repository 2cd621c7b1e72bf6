#include "scenarios/explore/shrink.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "sim/plan/operation.hpp"

namespace weir {

namespace {

constexpr std::int64_t ms = 1'000, s = 1'000'000, min = 60 * s, h = 3600 * s;

class Shrinker {
 public:
  Shrinker(Player& player, const std::string& oracle, const ShrinkOptions& options)
      : player_(player), oracle_(oracle), options_(options) {}

  bool is_stopped() const { return options_.stop && options_.stop->load(); }
  bool is_over() const { return evaluations_ >= options_.most_evaluations || is_stopped(); }

  // Plays the list; if the oracle objects, answers the deviations the run really asked for.
  std::optional<std::vector<Deviation>> fails_with(const std::vector<Deviation>& list) {
    evaluations_ += 1;
    const Run run = player_.play(Plan::listed(list), {.keep_trace = false, .record_deviations = true});
    if (!run.violation_of(oracle_)) return std::nullopt;
    return run.plain_deviations();
  }

  bool adopt(const std::vector<Deviation>& candidate) {
    if (is_over() || (candidate.size() == list_.size() && candidate == list_)) return false;
    std::optional<std::vector<Deviation>> asked = fails_with(candidate);
    if (!asked) return false;
    list_ = std::move(*asked);
    return true;
  }

  void drop_sites() {
    std::set<std::string> sites;
    for (const Deviation& d : list_) sites.insert(d.site);
    for (const std::string& site : sites) {
      std::vector<Deviation> rest;
      for (const Deviation& d : list_)
        if (d.site != site) rest.push_back(d);
      if (rest.size() != list_.size()) adopt(rest);
    }
  }

  // Delta debugging by complements: chunks from half the list down to one. After a success the same place is tried again.
  bool drop_chunks() {
    bool any = false;
    for (std::size_t chunk = std::max<std::size_t>(1, list_.size() / 2);; chunk = chunk / 2) {
      for (std::size_t at = 0; at < list_.size() && !is_over();) {
        std::vector<Deviation> rest(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(at));
        const std::size_t after = std::min(list_.size(), at + chunk);
        rest.insert(rest.end(), list_.begin() + static_cast<std::ptrdiff_t>(after), list_.end());
        if (adopt(rest))
          any = true;
        else
          at += chunk;
      }
      if (chunk <= 1) return any;
    }
  }

  // All operations on one item move to a smaller one together: alone, an operation would lose its partners.
  bool smaller_items() {
    using Codec = ChoiceCodec<Operation>;
    bool any = false;
    std::set<std::uint16_t> items;
    for (const Deviation& d : list_)
      if (d.site == "workload.op") items.insert(Codec::decode(d.value).item);
    std::uint16_t next = 0;
    for (const std::uint16_t item : items) {
      const std::uint16_t to = next++;
      if (to == item) continue;
      std::vector<Deviation> candidate = list_;
      for (Deviation& d : candidate)
        if (Operation op = Codec::decode(d.value); d.site == "workload.op" && op.item == item) {
          op.item = to;
          d.value = Codec::encode(op);
        }
      any = adopt(candidate) || any;
    }
    return any;
  }

  bool calm_values() {
    bool any = smaller_items();
    for (std::size_t i = 0; i < list_.size() && !is_over(); ++i) {
      for (const std::int64_t simpler : simpler_values(player_, list_[i])) {
        std::vector<Deviation> candidate = list_;
        candidate[i].value = simpler;
        if (!adopt(candidate)) continue;
        any = true;
        break;
      }
    }
    return any;
  }

  // Numbers in keys towards 0. The two of one deviation never meet another deviation's key: adopt() would lose one.
  bool earlier_keys() {
    bool any = false;
    for (const std::string_view label : {"op", "batch", "window", "attempt", "write", "change", "branch", "call", "request"})
      for (std::size_t i = 0; i < list_.size() && !is_over(); ++i) {
        const std::optional<std::uint64_t> now = ordinal_in(list_[i].key, label);
        if (!now) continue;
        std::set<std::uint64_t> lower{*now / 2};
        for (std::uint64_t near = 0; near < std::min<std::uint64_t>(*now, 12); ++near) lower.insert(near);
        if (*now > 0) lower.insert(*now - 1);
        lower.erase(*now);
        for (const std::uint64_t ordinal : lower) {
          std::vector<Deviation> candidate = list_;
          candidate[i].key = with_ordinal(candidate[i].key, label, ordinal);
          if (is_listed(candidate[i].site, candidate[i].key) || !adopt(candidate)) continue;
          any = true;
          break;
        }
      }
    return any;
  }

  // Operations that only fail together move together.
  bool earlier_together() {
    std::uint64_t first = ~std::uint64_t{0};
    for (const Deviation& d : list_)
      if (const auto op = ordinal_in(d.key, "op")) first = std::min(first, *op);
    if (first == 0 || first == ~std::uint64_t{0}) return false;
    std::vector<Deviation> candidate = list_;
    for (Deviation& d : candidate)
      if (const auto op = ordinal_in(d.key, "op")) d.key = with_ordinal(d.key, "op", *op - first);
    return adopt(candidate);
  }

  // A failed attempt goes: those that follow it on the same batch now come one earlier.
  bool drop_with_attempt() {
    bool any = false;
    for (std::size_t i = 0; i < list_.size() && !is_over();) {
      const std::optional<std::uint64_t> attempt = ordinal_in(list_[i].key, "attempt");
      std::vector<Deviation> candidate;
      bool shifted = false;
      for (std::size_t k = 0; attempt && k < list_.size(); ++k) {
        if (k == i) continue;
        candidate.push_back(list_[k]);
        const std::optional<std::uint64_t> later = ordinal_in(list_[k].key, "attempt");
        const std::size_t batch = list_[i].key.find(" / attempt ");
        if (!later || *later <= *attempt || list_[k].key.compare(0, batch, list_[i].key, 0, batch) != 0) continue;
        candidate.back().key = with_ordinal(candidate.back().key, "attempt", *later - 1);
        shifted = true;
      }
      if (shifted && adopt(candidate))
        any = true;
      else
        ++i;
    }
    return any;
  }

  // An operation goes, and with it one change and its record: batches that began behind it now begin one earlier, and in its
  // own batch the handler comes to later records a few calls, one branch, or one part of a batch call sooner.
  bool drop_with_record() {
    bool any = false;
    for (std::size_t i = 0; i < list_.size() && !is_over();)
      if (drop_shifting(i))
        any = true;
      else
        ++i;
    return any;
  }
  bool drop_shifting(std::size_t i) {
    struct Sooner {
      std::string_view label;
      std::uint64_t places;
    };
    for (const auto& [label, places] : {Sooner{"batch", 1}, Sooner{"call", 1}, Sooner{"call", 2}, Sooner{"call", 3},
                                        Sooner{"branch", 1}, Sooner{"request", 1}, Sooner{"change", 1}}) {
      std::vector<Deviation> candidate = list_;
      candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(i));
      bool shifted = false;
      for (Deviation& d : candidate) {
        const std::optional<std::uint64_t> now = ordinal_in(d.key, label);
        if (!now || *now < places) continue;
        d.key = with_ordinal(d.key, label, *now - places);
        shifted = true;
      }
      if (shifted && adopt(candidate)) return true;
    }
    return false;
  }

  Shrunk run(std::vector<Deviation> start) {
    const std::optional<std::vector<Deviation>> asked = fails_with(start);
    if (!asked) return {.deviations = std::move(start), .evaluations = evaluations_};
    list_ = *asked;
    drop_sites();
    bool any = true;
    while (any && !is_over()) {
      any = drop_chunks();
      any = drop_with_record() || any;
      any = drop_with_attempt() || any;
      any = calm_values() || any;
      any = earlier_keys() || any;
      any = earlier_together() || any;
    }
    return {.deviations = list_, .evaluations = evaluations_, .failed_at_all = true, .stopped = is_stopped()};
  }

 private:
  bool is_listed(const std::string& site, const std::string& key) const {
    return std::any_of(list_.begin(), list_.end(), [&](const Deviation& d) { return d.site == site && d.key == key; });
  }

  Player& player_;
  const std::string& oracle_;
  ShrinkOptions options_;
  std::uint64_t evaluations_ = 0;
  std::vector<Deviation> list_;
};

std::vector<std::int64_t> simpler_spans(std::int64_t value, std::int64_t calm) {
  // Round spans strictly between calm and value, nearest to calm first; a dozen at most.
  static constexpr std::array<std::int64_t, 20> round{0,      ms,     10 * ms, 100 * ms, s,       2 * s,    5 * s,
                                                      10 * s, 30 * s, min,     2 * min,  5 * min, 10 * min, 30 * min,
                                                      h,      2 * h,  6 * h,   12 * h,   24 * h,  48 * h};
  std::vector<std::int64_t> spans;
  for (const std::int64_t r : round)
    for (const std::int64_t signed_r : {r, -r})
      if ((signed_r > std::min(value, calm) && signed_r < std::max(value, calm)) &&
          std::find(spans.begin(), spans.end(), signed_r) == spans.end())
        spans.push_back(signed_r);
  std::sort(spans.begin(), spans.end(),
            [&](std::int64_t a, std::int64_t b) { return std::abs(a - calm) < std::abs(b - calm); });
  return spans;
}

std::vector<std::int64_t> simpler_operations(std::int64_t value) {
  using Codec = ChoiceCodec<Operation>;
  const Operation op = Codec::decode(value);
  std::vector<std::int64_t> simpler;
  const auto offer = [&](Operation candidate) {
    const std::int64_t v = Codec::encode(candidate);
    if (v != value && std::find(simpler.begin(), simpler.end(), v) == simpler.end()) simpler.push_back(v);
  };
  offer({op.kind, 0, 0, 1});
  if (op.kind != OperationKind::put) offer({OperationKind::put, op.item, op.group, op.value});
  offer({op.kind, 0, op.group, op.value});
  offer({op.kind, op.item, 0, op.value});
  offer({op.kind, op.item, op.group, 1});
  return simpler;
}

std::int64_t kind_of(const SiteInfo& site, std::int64_t value) {
  if (site.type == SiteType::operation) return static_cast<std::int64_t>(ChoiceCodec<Operation>::decode(value).kind);
  return site.type == SiteType::outcome ? static_cast<std::int64_t>(unpack_outcome(value).kind) : value;
}

// The kinds that a scenario leaves to the plan there; nullopt: all that the site has.
std::optional<std::vector<std::int64_t>> kinds_left_open(const Scenario& scenario, const SiteInfo& site,
                                                         const std::string& key) {
  if (site.type == SiteType::operation) {
    const std::uint64_t workload = ordinal_in(key, "workload").value_or(0);
    if (workload >= scenario.workloads.size()) return std::nullopt;
    std::vector<std::int64_t> kinds;
    for (const OperationKind kind : scenario.workloads[workload].kinds) kinds.push_back(static_cast<std::int64_t>(kind));
    return kinds;
  }
  for (const SiteRule& rule : scenario.choices)
    if (rule.site == site.name && !rule.only.empty()) return rule.only;
  return std::nullopt;
}

}  // namespace

std::vector<std::int64_t> simpler_values(const SiteInfo& site, std::int64_t value, std::int64_t calm) {
  switch (site.type) {
    case SiteType::duration:
      return simpler_spans(value, calm);
    case SiteType::integer: {
      std::vector<std::int64_t> nearer;
      for (std::int64_t distance = 1; distance < std::abs(value - calm); distance *= 2)
        nearer.push_back(value > calm ? calm + distance : calm - distance);
      return nearer;
    }
    case SiteType::flag:
      return {};
    case SiteType::named: {
      std::vector<std::int64_t> lower;
      for (std::int64_t v = 0; v < value; ++v)
        if (v != calm) lower.push_back(v);
      return lower;
    }
    case SiteType::outcome: {
      const CountedKind o = unpack_outcome(value);
      std::vector<std::int64_t> earlier;
      for (std::int64_t call = 0; call < o.call; ++call) earlier.push_back(pack_outcome({o.kind, call}));
      return earlier;
    }
    case SiteType::operation:
      return simpler_operations(value);
  }
  return {};
}

std::vector<std::int64_t> simpler_values(const Player& player, const Deviation& one) {
  const SiteInfo* site = all_sites().find(one.site);
  if (!site) return {};
  std::vector<std::int64_t> simpler = simpler_values(*site, one.value, player.calm_of(*site));
  const std::optional<std::vector<std::int64_t>> kinds = kinds_left_open(player.scenario(), *site, one.key);
  if (kinds)
    std::erase_if(simpler, [&](std::int64_t value) {
      return std::find(kinds->begin(), kinds->end(), kind_of(*site, value)) == kinds->end();
    });
  return simpler;
}

namespace {
// Where the number behind "label " stands in a key: [begin, end), or npos.
std::pair<std::size_t, std::size_t> number_place(const std::string& key, std::string_view label) {
  const std::string part = std::string(label) + " ";
  std::size_t at = key.starts_with(part) ? 0 : key.find(" / " + part);
  if (at == std::string::npos) return {at, at};
  const std::size_t begin = (at == 0 ? 0 : at + 3) + part.size();
  const std::size_t end = std::min(key.size(), key.find(" / ", begin));
  const bool digits = begin < end && key.find_first_not_of("0123456789", begin) >= end && end - begin <= 9;
  return digits ? std::pair(begin, end) : std::pair(std::string::npos, std::string::npos);
}
}  // namespace

std::optional<std::uint64_t> ordinal_in(const std::string& key, std::string_view label) {
  const auto [begin, end] = number_place(key, label);
  if (begin == std::string::npos) return std::nullopt;
  return std::stoull(key.substr(begin, end - begin));
}

std::string with_ordinal(const std::string& key, std::string_view label, std::uint64_t ordinal) {
  const auto [begin, end] = number_place(key, label);
  SIM_CHECK(begin != std::string::npos, "the key has a number behind this label");
  return key.substr(0, begin) + std::to_string(ordinal) + key.substr(end);
}

Shrunk shrink(Player& player, const std::string& oracle, std::vector<Deviation> deviations, const ShrinkOptions& options) {
  return Shrinker(player, oracle, options).run(std::move(deviations));
}

}  // namespace weir
