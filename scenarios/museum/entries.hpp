// Every consumer of the museum, one pair an entry. Each is registered by name in consumers.cpp.
#pragma once

#include <stdexcept>

#include "sim/function/handler.hpp"

namespace weir::museum {

BatchResponse fm_01(const StreamEvent& event, Context& context);  // CONFIG: one handler, two sets of settings
BatchResponse fm_02_broken(const StreamEvent& event, Context& context);
BatchResponse fm_02_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_03_broken(const StreamEvent& event, Context& context);
BatchResponse fm_03_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_04_broken(const StreamEvent& event, Context& context);
BatchResponse fm_04_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_05_broken(const StreamEvent& event, Context& context);
BatchResponse fm_05_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_06_broken(const StreamEvent& event, Context& context);
BatchResponse fm_06_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_07_broken(const StreamEvent& event, Context& context);
BatchResponse fm_07_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_08(const StreamEvent& event, Context& context);  // CONFIG
BatchResponse fm_09_broken(const StreamEvent& event, Context& context);
BatchResponse fm_09_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_10_broken(const StreamEvent& event, Context& context);
BatchResponse fm_10_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_12_broken(const StreamEvent& event, Context& context);
BatchResponse fm_12_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_13(const StreamEvent& event, Context& context);  // CONFIG
BatchResponse fm_14(const StreamEvent& event, Context& context);  // CONFIG
void fm_14_redrive(Context& context);
BatchResponse fm_15_broken(const StreamEvent& event, Context& context);
BatchResponse fm_15_fixed(const StreamEvent& event, Context& context);
void fm_15_redrive_broken(Context& context);
void fm_15_redrive_fixed(Context& context);
BatchResponse fm_16_broken(const StreamEvent& event, Context& context);
BatchResponse fm_16_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_17_broken(const StreamEvent& event, Context& context);
BatchResponse fm_17_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_18_broken(const StreamEvent& event, Context& context);
BatchResponse fm_18_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_21(const StreamEvent& event, Context& context);  // CONFIG
BatchResponse fm_22(const StreamEvent& event, Context& context);  // CONFIG
void fm_24_broken(Context& context);                              // READER
void fm_24_fixed(Context& context);
BatchResponse fm_25(const StreamEvent& event, Context& context);  // CONFIG
BatchResponse fm_26_broken(const StreamEvent& event, Context& context);
BatchResponse fm_26_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_27(const StreamEvent& event, Context& context);  // CONFIG
BatchResponse fm_28_broken(const StreamEvent& event, Context& context);
BatchResponse fm_28_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_31_broken(const StreamEvent& event, Context& context);
BatchResponse fm_31_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_33_broken(const StreamEvent& event, Context& context);
BatchResponse fm_33_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_36_broken(const StreamEvent& event, Context& context);
BatchResponse fm_36_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_39_broken(const StreamEvent& event, Context& context);
BatchResponse fm_39_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_45_broken(const StreamEvent& event, Context& context);
BatchResponse fm_45_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_46_broken(const StreamEvent& event, Context& context);
BatchResponse fm_46_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_47_broken(const StreamEvent& event, Context& context);
BatchResponse fm_47_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_48_broken(const StreamEvent& event, Context& context);
BatchResponse fm_48_fixed(const StreamEvent& event, Context& context);
void fm_48_count_broken(Context& context);
void fm_48_count_fixed(Context& context);
BatchResponse fm_49_broken(const StreamEvent& event, Context& context);
BatchResponse fm_49_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_57_broken(const StreamEvent& event, Context& context);
BatchResponse fm_57_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_59_broken(const StreamEvent& event, Context& context);
BatchResponse fm_59_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_60_broken(const StreamEvent& event, Context& context);
BatchResponse fm_60_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_61_broken(const StreamEvent& event, Context& context);
BatchResponse fm_61_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_62_broken(const StreamEvent& event, Context& context);
BatchResponse fm_62_fixed(const StreamEvent& event, Context& context);
BatchResponse fm_63_broken(const StreamEvent& event, Context& context);
BatchResponse fm_63_fixed(const StreamEvent& event, Context& context);
void fm_65_broken(Context& context);  // READER
void fm_65_fixed(Context& context);

}  // namespace weir::museum
