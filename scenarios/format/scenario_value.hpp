// A scenario written as a C++ value: made complete, and held to everything a scenario file is held to.
#pragma once

#include "scenarios/format/scenario.hpp"
#include "sim/plan/site_text.hpp"

namespace weir {

// The same scenario with the names filled in that follow from others: a function's handler, a mapping's name, a reader's body.
// BadInput for what a file could not say either (scenario_file.hpp: checked): `where` is "scenario 'NAME'
// /mappings/0/batch_size".
Scenario checked(const Scenario& scenario, const SiteBook& book);

// Whether the rule has a calm value of its own, other than the site's as far as low and high leave it that.
bool names_calm(const SiteInfo& site, const SiteRule& rule);

}  // namespace weir
