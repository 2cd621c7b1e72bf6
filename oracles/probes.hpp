// Probes: the sometimes of a run. Counts situations that a sweep wants to have reached, so that it can say what it never
// tested.
//
//   reached()    how often each was reached, in the order of names, those with 0 included; the names are those of
//                probe_names() and last as long as the program
//   meaning      a name says it all; where it does not, see probes.cpp
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

const std::vector<std::string_view>& probe_names();

using Reached = std::vector<std::pair<std::string_view, std::uint64_t>>;

class Probes final : public FactObserver {
 public:
  Probes();
  ~Probes() override;
  Probes(Probes&&) noexcept;
  Probes& operator=(Probes&&) noexcept;

  static FactMask interests();
  void observe(const Fact& fact) override;
  Reached reached() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
