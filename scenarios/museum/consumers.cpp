#include "scenarios/museum/consumers.hpp"

#include "scenarios/museum/entries.hpp"

namespace weir {

Handlers museum_consumers() {
  using namespace museum;
  Handlers all;
  all.functions = {
      {"fm-03/broken", fm_03_broken}, {"fm-03/fixed", fm_03_fixed},
  };
  return all;
}

}  // namespace weir
