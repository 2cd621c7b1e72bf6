#include "oracles/oracle.hpp"

#include <algorithm>
#include <utility>

namespace weir {

std::string_view to_text(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::ok:
      return "ok";
    case Verdict::Kind::unknown:
      return "unknown";
    case Verdict::Kind::violation:
      return "violation";
  }
  return "";
}

const Verdict& Oracle::verdict() const {
  if (verdict_.oracle.empty()) {
    verdict_.oracle = name();
    verdict_.rules = rules();
  }
  return verdict_;
}

void Oracle::violate(std::string message, std::vector<FactIndex> evidence) {
  if (violated()) return;
  std::erase(evidence, no_fact);
  std::sort(evidence.begin(), evidence.end());
  evidence.erase(std::unique(evidence.begin(), evidence.end()), evidence.end());
  verdict_.kind = Verdict::Kind::violation;
  verdict_.message = std::move(message);
  verdict_.evidence = std::move(evidence);
}

void Oracle::unknown(std::string why) {
  if (violated()) return;
  verdict_.kind = Verdict::Kind::unknown;
  verdict_.message = std::move(why);
}

Verdict judge(const std::vector<Fact>& trace, Oracle& oracle) {
  const FactMask interests = oracle.interests();
  for (const Fact& fact : trace)
    if (interests & (FactMask{1} << fact.what.index())) oracle.observe(fact);
  oracle.conclude();
  return oracle.verdict();
}

}  // namespace weir
