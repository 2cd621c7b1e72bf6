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
  Shrinker(Player& player, const std::string& oracle, std::uint64_t most) : player_(player), oracle_(oracle), most_(most) {}

  // Plays the list; if the oracle objects, answers the deviations the run really asked for.
  std::optional<std::vector<Deviation>> fails_with(const std::vector<Deviation>& list) {
    if (evaluations_ >= most_) return std::nullopt;
    evaluations_ += 1;
    const Run run = player_.play(Plan::listed(list), {.keep_trace = false, .record_deviations = true});
    if (!run.violation_of(oracle_)) return std::nullopt;
    return run.plain_deviations();
  }

  bool adopt(std::vector<Deviation> candidate) {
    if (candidate.size() == list_.size() && candidate == list_) return false;
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
      if (rest.size() != list_.size()) adopt(std::move(rest));
    }
  }

  // Delta debugging by complements: chunks from half the list down to one. After a success the same place is tried again.
  bool drop_chunks() {
    bool any = false;
    for (std::size_t chunk = std::max<std::size_t>(1, list_.size() / 2);; chunk = chunk / 2) {
      for (std::size_t at = 0; at < list_.size();) {
        std::vector<Deviation> rest(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(at));
        const std::size_t after = std::min(list_.size(), at + chunk);
        rest.insert(rest.end(), list_.begin() + static_cast<std::ptrdiff_t>(after), list_.end());
        if (adopt(std::move(rest)))
          any = true;
        else
          at += chunk;
      }
      if (chunk <= 1) return any;
    }
  }

  bool calm_values() {
    bool any = false;
    for (std::size_t i = 0; i < list_.size(); ++i) {
      const SiteInfo* site = all_sites().find(list_[i].site);
      if (!site) continue;
      for (const std::int64_t simpler : simpler_values(*site, list_[i].value, player_.calm_of(*site))) {
        std::vector<Deviation> candidate = list_;
        candidate[i].value = simpler;
        if (!adopt(std::move(candidate))) continue;
        any = true;
        break;
      }
    }
    return any;
  }

  Shrunk run(std::vector<Deviation> start) {
    const std::optional<std::vector<Deviation>> asked = fails_with(start);
    if (!asked) return {std::move(start), evaluations_, false};
    list_ = *asked;
    drop_sites();
    do drop_chunks();
    while (calm_values() && evaluations_ < most_);
    while (drop_chunks() && evaluations_ < most_) {
    }
    return {list_, evaluations_, true};
  }

 private:
  Player& player_;
  const std::string& oracle_;
  std::uint64_t most_, evaluations_ = 0;
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
  if (op.kind == OperationKind::update || op.kind == OperationKind::add)
    offer({OperationKind::put, op.item, op.group, op.value});
  offer({op.kind, 0, op.group, op.value});
  offer({op.kind, op.item, 0, op.value});
  offer({op.kind, op.item, op.group, 1});
  return simpler;
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

Shrunk shrink(Player& player, const std::string& oracle, std::vector<Deviation> deviations, std::uint64_t most_evaluations) {
  return Shrinker(player, oracle, most_evaluations).run(std::move(deviations));
}

}  // namespace weir
