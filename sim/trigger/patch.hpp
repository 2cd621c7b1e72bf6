// What an update of a mapping asks for, as UpdateEventSourceMapping takes it: of the settings only those that change.
//
// What comes of it depends on the mapping as it is when it is asked for, so whoever carries the update out lays the patch over
// those settings and judges the whole.                                                       [ESM-22] [ESM-24] [ESM-26]
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/trigger/settings.hpp"

namespace weir {

struct MappingPatch {  // nothing: as it is
  std::optional<std::string> function = {};
  std::optional<std::int64_t> batch_size = {};
  std::optional<Duration> maximum_batching_window = {};
  std::optional<std::int64_t> maximum_retry_attempts = {};
  std::optional<Duration> maximum_record_age = {};
  std::optional<bool> bisect_batch_on_function_error = {};
  std::optional<bool> report_batch_item_failures = {};
  std::optional<Destination> on_failure = {};
  std::optional<std::string> destination = {};
  std::optional<std::int64_t> parallelization_factor = {};
  std::optional<Duration> tumbling_window = {};
  std::optional<std::vector<std::string>> filter_criteria = {};
  std::optional<std::string> kms_key_arn = {};
  std::optional<std::vector<std::string>> metrics_config = {};
  std::optional<std::string> system_log_level = {};
  friend bool operator==(const MappingPatch&, const MappingPatch&) = default;
};

// Each setting that an update can change: its name in a file, its place in a patch and in the settings.
template <class Visit>
void each_changeable(Visit visit) {
  visit("function", &MappingPatch::function, &MappingSettings::function);
  visit("batch_size", &MappingPatch::batch_size, &MappingSettings::batch_size);
  visit("maximum_batching_window", &MappingPatch::maximum_batching_window, &MappingSettings::maximum_batching_window);
  visit("maximum_retry_attempts", &MappingPatch::maximum_retry_attempts, &MappingSettings::maximum_retry_attempts);
  visit("maximum_record_age", &MappingPatch::maximum_record_age, &MappingSettings::maximum_record_age);
  visit("bisect_batch_on_function_error", &MappingPatch::bisect_batch_on_function_error,
        &MappingSettings::bisect_batch_on_function_error);
  visit("report_batch_item_failures", &MappingPatch::report_batch_item_failures, &MappingSettings::report_batch_item_failures);
  visit("on_failure", &MappingPatch::on_failure, &MappingSettings::on_failure);
  visit("destination", &MappingPatch::destination, &MappingSettings::destination);
  visit("parallelization_factor", &MappingPatch::parallelization_factor, &MappingSettings::parallelization_factor);
  visit("tumbling_window", &MappingPatch::tumbling_window, &MappingSettings::tumbling_window);
  visit("filter_criteria", &MappingPatch::filter_criteria, &MappingSettings::filter_criteria);
  visit("kms_key_arn", &MappingPatch::kms_key_arn, &MappingSettings::kms_key_arn);
  visit("metrics_config", &MappingPatch::metrics_config, &MappingSettings::metrics_config);
  visit("system_log_level", &MappingPatch::system_log_level, &MappingSettings::system_log_level);
}

inline MappingSettings patched(MappingSettings settings, const MappingPatch& patch) {
  each_changeable([&](const char*, auto change, auto setting) {
    if (patch.*change) settings.*setting = *(patch.*change);
  });
  return settings;
}

}  // namespace weir
