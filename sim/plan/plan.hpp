// A plan answers every choice of a run: it is the schedule, the faults and the generated workload in one plain value.
//
//   calm      the calm value, always
//   seeded    a hash of (seed, site, key) mapped into the envelope by integer arithmetic; how much a site takes part is
//             drawn per run (is it active at all, and how strongly)
//   listed    calm, except at the sites and keys of its deviations
//
// Answers depend on (plan, site, key) alone, never on the order of asking. A plan is a value: copy it freely.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/strong.hpp"
#include "sim/plan/key.hpp"
#include "sim/plan/site.hpp"

namespace weir {

using Seed = Strong<struct SeedTag, std::uint64_t>;

// One answer that is not calm. `key` is the key's text; `value` is encoded by the site's ChoiceCodec (site_text.hpp spells it).
struct Deviation {
  std::string site;
  std::string key;
  std::int64_t value = 0;
  friend auto operator<=>(const Deviation&, const Deviation&) = default;
};

// A scenario's say about a site: a narrower envelope, another calm value, or no say of the plan at all.
struct SiteRule {
  std::string site;
  std::int64_t low = 0, high = 0, calm = 0;
  std::vector<std::int64_t> only = {};  // named and outcome sites: the kinds allowed beside the calm one; empty: all
  bool fixed = false;                   // always calm: this scenario does not vary it
  friend bool operator==(const SiteRule&, const SiteRule&) = default;
};

class Plan {
 public:
  static Plan calm();
  static Plan seeded(Seed seed);
  static Plan listed(std::vector<Deviation> deviations);

  // The answer to `site` at `key`: always inside the site's envelope as narrowed by `rule` (may be null).
  // A listed value outside the envelope is clamped into it.
  std::int64_t answer(const SiteInfo& site, std::uint64_t key_hash, const SiteRule* rule) const;

  bool is_seeded() const { return kind_ == Kind::seeded; }
  Seed seed() const { return seed_; }
  std::vector<Deviation> deviations() const;  // of a listed plan, as given

 private:
  enum class Kind : std::uint8_t { calm, seeded, listed };
  struct Listed {
    std::uint64_t site, key;
    std::int64_t value;
  };
  struct Listing {
    std::vector<Deviation> given;
    std::vector<Listed> sorted;  // by (site, key)
  };
  Kind kind_ = Kind::calm;
  Seed seed_{};
  std::shared_ptr<const Listing> listing_;
};

// A value of the envelope drawn from `bits`: durations by order of magnitude with round mantissas, those of minutes and more
// now and then with a smaller one beyond ("2min20s"), integers by magnitude, kinds evenly; what is rare by the site, rarely.
// May be the calm value.
std::int64_t draw(const SiteInfo& site, const SiteRule* rule, std::uint64_t bits);

}  // namespace weir
