#include "scenarios/museum/consumers.hpp"

#include "scenarios/museum/entries.hpp"

namespace weir {

Handlers museum_consumers() {
  using namespace museum;
  Handlers all;
  // clang-format off
  all.functions = {
      {"fm-01", fm_01},
      {"fm-02/broken", fm_02_broken}, {"fm-02/fixed", fm_02_fixed},
      {"fm-03/broken", fm_03_broken}, {"fm-03/fixed", fm_03_fixed},
      {"fm-04/broken", fm_04_broken}, {"fm-04/fixed", fm_04_fixed},
      {"fm-05/broken", fm_05_broken}, {"fm-05/fixed", fm_05_fixed},
      {"fm-06/broken", fm_06_broken}, {"fm-06/fixed", fm_06_fixed},
      {"fm-07/broken", fm_07_broken}, {"fm-07/fixed", fm_07_fixed},
      {"fm-08", fm_08},
      {"fm-09/broken", fm_09_broken}, {"fm-09/fixed", fm_09_fixed},
      {"fm-10/broken", fm_10_broken}, {"fm-10/fixed", fm_10_fixed},
      {"fm-12/broken", fm_12_broken}, {"fm-12/fixed", fm_12_fixed},
      {"fm-13", fm_13},
      {"fm-14", fm_14},
      {"fm-15/broken", fm_15_broken}, {"fm-15/fixed", fm_15_fixed},
      {"fm-16/broken", fm_16_broken}, {"fm-16/fixed", fm_16_fixed},
      {"fm-17/broken", fm_17_broken}, {"fm-17/fixed", fm_17_fixed},
      {"fm-18/broken", fm_18_broken}, {"fm-18/fixed", fm_18_fixed},
      {"fm-21", fm_21},
      {"fm-22", fm_22},
      {"fm-25", fm_25},
      {"fm-26/broken", fm_26_broken}, {"fm-26/fixed", fm_26_fixed},
      {"fm-27", fm_27},
      {"fm-28/broken", fm_28_broken}, {"fm-28/fixed", fm_28_fixed},
      {"fm-31/broken", fm_31_broken}, {"fm-31/fixed", fm_31_fixed},
      {"fm-33/broken", fm_33_broken}, {"fm-33/fixed", fm_33_fixed},
      {"fm-36/broken", fm_36_broken}, {"fm-36/fixed", fm_36_fixed},
      {"fm-39/broken", fm_39_broken}, {"fm-39/fixed", fm_39_fixed},
      {"fm-45/broken", fm_45_broken}, {"fm-45/fixed", fm_45_fixed},
      {"fm-46/broken", fm_46_broken}, {"fm-46/fixed", fm_46_fixed},
      {"fm-47/broken", fm_47_broken}, {"fm-47/fixed", fm_47_fixed},
      {"fm-48/broken", fm_48_broken}, {"fm-48/fixed", fm_48_fixed},
      {"fm-49/broken", fm_49_broken}, {"fm-49/fixed", fm_49_fixed},
      {"fm-57/broken", fm_57_broken}, {"fm-57/fixed", fm_57_fixed},
      {"fm-59/broken", fm_59_broken}, {"fm-59/fixed", fm_59_fixed},
      {"fm-60/broken", fm_60_broken}, {"fm-60/fixed", fm_60_fixed},
      {"fm-61/broken", fm_61_broken}, {"fm-61/fixed", fm_61_fixed},
      {"fm-62/broken", fm_62_broken}, {"fm-62/fixed", fm_62_fixed},
      {"fm-63/broken", fm_63_broken}, {"fm-63/fixed", fm_63_fixed},
  };
  all.readers = {
      {"fm-14", fm_14_redrive},
      {"fm-15/broken", fm_15_redrive_broken}, {"fm-15/fixed", fm_15_redrive_fixed},
      {"fm-24/broken", fm_24_broken}, {"fm-24/fixed", fm_24_fixed},
      {"fm-48/broken", fm_48_count_broken}, {"fm-48/fixed", fm_48_count_fixed},
      {"fm-65/broken", fm_65_broken}, {"fm-65/fixed", fm_65_fixed},
  };
  // clang-format on
  return all;
}

}  // namespace weir
