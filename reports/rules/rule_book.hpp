// The rules that everything here cites, in sentences: those of the modelled services, the failures of the museum, the promises.
//
// The build embeds rules.tsv; promises that an oracle of this build judges are told in the oracle's own words.
#pragma once

#include <string>
#include <vector>

namespace weir {

struct Rule {
  std::string id;    // "RETRY-1", "FM-03", "O-ONCE"
  std::string kind;  // "guarantee", "bound", "default", "observed", "model", "open", "failure", "promise"
  std::string text;
  std::vector<std::string> sources;  // spelt out
};

const std::vector<Rule>& all_rules();          // in the order of the file
const Rule* find_rule(const std::string& id);  // "retry-1" and "FM-3" are understood
std::vector<std::string> rule_ids();

}  // namespace weir
