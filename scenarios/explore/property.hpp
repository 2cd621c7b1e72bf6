// Property tests with RapidCheck: any plan of a scenario, shrunk to the fewest decisions that still fail.
//
//   rc::check("the view ends equal to the orders", [] {
//     const weir::Trial trial = *weir::any_trial(scenario, handlers);
//     const weir::Run run = trial.play();
//     RC_PRE(run.tested());   // a consumer that never works leaves its promises untested: RapidCheck then gives up
//     RC_ASSERT(run.holds());
//   });
//
//   drawn    a seeded plan; RapidCheck's own seed decides which
//   shrunk   to lists of deviations, each of them run again by the property itself
//   shown    the deviations, what broke, and a token: Trial::from_token(token, handlers) plays it again
//
// The only header that knows RapidCheck; whoever includes it links `rapidcheck` beside Weir.
#pragma once

#include <rapidcheck.h>

#include <ostream>
#include <utility>

#include "scenarios/explore/trial.hpp"

namespace weir {

inline void showValue(const Trial& trial, std::ostream& out) { out << trial.story(); }

inline rc::Shrinkable<Trial> shrinkable_trial(Trial trial) {
  struct Simpler {
    SimplerTrials trials;
    rc::Maybe<rc::Shrinkable<Trial>> operator()() {
      std::optional<Trial> next = trials.next();
      if (!next) return rc::Nothing;
      return shrinkable_trial(*std::move(next));
    }
  };
  const auto shrinks = [](Trial&& failed) { return rc::makeSeq<Simpler>(Simpler{SimplerTrials(std::move(failed))}); };
  return rc::shrinkable::shrink([trial = std::move(trial)] { return trial; }, shrinks);
}

// Trials of the scenario under any plan. `handlers` are copied: what their functions capture must outlive the test.
inline rc::Gen<Trial> any_trial(const Scenario& scenario, const Handlers& handlers) {
  const Trial calm(scenario, handlers, Plan::calm());
  return rc::Gen<Trial>([calm](const rc::Random& random, int) {
    rc::Random source = random;
    return shrinkable_trial(calm.with(Plan::seeded(Seed{source.next()})));
  });
}

}  // namespace weir
