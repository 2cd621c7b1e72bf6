// Probes: the sometimes of a run. Counts situations that a sweep wants to have reached, so that it can say what it never
// tested.
//
//   reached()    how often each was reached, by name, those with 0 included; the names are those of probe_names()
//   meaning      a name says it all; where it does not, see probes.cpp
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

const std::vector<std::string_view>& probe_names();

class Probes final : public FactObserver {
 public:
  Probes();
  ~Probes() override;
  Probes(Probes&&) noexcept;
  Probes& operator=(Probes&&) noexcept;

  static FactMask interests();
  void observe(const Fact& fact) override;
  std::map<std::string, std::uint64_t> reached() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
