// What Weir brings along: the catalogue's and the museum's scenarios, compiled in, and the consumers they play.
//
// So the program plays them by name from any folder, and a failure file or token may name one. The files under scenarios/ are
// the source; the build embeds them byte for byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/scenario.hpp"
#include "sim/plan/site_text.hpp"

namespace weir {

struct BundledFile {
  std::string_view path;  // "scenarios/catalogue/01-workshop-replication.json"
  std::string_view text;
};

// Scenarios in order of their paths: the catalogue first, then the museum.
const std::vector<BundledFile>& bundled_scenarios();
// Scenarios and the files they load, by path; nullptr when there is none.
const BundledFile* bundled_file(std::string_view path);

// The scenario a person means by a name ("workshop-replication", "fm-03-..."), a bundled path or the begin of a name
// ("workshop", "fm-03", "01"); nullptr when none or more than one fits.
const BundledFile* bundled_scenario(std::string_view name);
// Those whose names begin so.
std::vector<const BundledFile*> bundled_beginning_with(std::string_view name);

// Reads a bundled scenario; rows of its loads come from bundled files too. BadInput as read_scenario.
Scenario read_bundled(const BundledFile& file, const SiteBook& book, std::string_view variant = "",
                      std::string_view default_variant = "");

const Handlers& bundled_handlers();

}  // namespace weir
