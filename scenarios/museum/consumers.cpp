#include "scenarios/museum/consumers.hpp"

#include "scenarios/museum/entries.hpp"

namespace weir {

Handlers museum_consumers() {
  using namespace museum;
  Handlers all;
  all.functions = {
      {"fm-03/broken", fm_03_broken}, {"fm-03/fixed", fm_03_fixed},
      {"fm-57/broken", fm_57_broken}, {"fm-57/fixed", fm_57_fixed},
      {"fm-59/broken", fm_59_broken}, {"fm-59/fixed", fm_59_fixed},
      {"fm-61/broken", fm_61_broken}, {"fm-61/fixed", fm_61_fixed},
      {"fm-62/broken", fm_62_broken}, {"fm-62/fixed", fm_62_fixed},
  };
  all.readers = {{"fm-65/broken", fm_65_broken}, {"fm-65/fixed", fm_65_fixed}};
  return all;
}

}  // namespace weir
