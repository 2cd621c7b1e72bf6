// An event source mapping's parameters, as CreateEventSourceMapping takes them.              [ESM-1 .. ESM-15]
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/trace/facts_stream.hpp"

namespace weir {

enum class Destination : std::uint8_t { none, sqs, sns, s3 };  // s3 gets the records' content too   [DEST-1]

struct MappingSettings {
  std::string name = {};  // how keys and reports call it; default: the function's name
  std::string table;      // whose stream: the one enabled when the mapping is created        [ESM-1]
  std::string function;
  IteratorType starting_position = IteratorType::trim_horizon;  // trim_horizon or latest     [ESM-3]
  std::int64_t batch_size = 100;                                // 1 .. 10,000                [ESM-4]
  Duration maximum_batching_window{};                           // 0s .. 300s                 [ESM-5]
  std::int64_t maximum_retry_attempts = -1;                     // -1 (until expiry), 0 .. 10,000  [ESM-7]
  Duration maximum_record_age{-1};                              // -1us (none), 60s .. 604800s     [ESM-8]
  bool bisect_batch_on_function_error = false;                  // [ESM-9]
  bool report_batch_item_failures = false;                      // [ESM-10]
  Destination on_failure = Destination::none;                   // [ESM-13]
  std::string destination = {};             // the queue (sqs, sns) or bucket (s3) that gets the records; or nobody reads them
  std::int64_t parallelization_factor = 1;  // 1 .. 10                    [ESM-6]
  Duration tumbling_window{};               // 0s (none) .. 900s          [ESM-11]
  std::vector<std::string> filter_criteria = {};  // up to 5 patterns, JSON texts as filter.hpp reads them  [ESM-12]
  bool enabled = true;                            // false: created Disabled    [ESM-14]
  // Carried along; nothing that is delivered depends on them.                                [ESM-15]
  std::string kms_key_arn = {};                  // encrypts the filters; "": a key of AWS's own
  std::vector<std::string> metrics_config = {};  // of "EventCount"; this model's metrics count events in any case
  std::map<std::string, std::string> tags = {};  // at most 50
  std::string system_log_level = {};             // "DEBUG", "INFO", "WARN"; "": none
  friend bool operator==(const MappingSettings&, const MappingSettings&) = default;
};

inline constexpr std::size_t most_tags = 50;
inline constexpr std::array<std::string_view, 3> log_levels{"DEBUG", "INFO", "WARN"};
inline constexpr const char *accepted_kms_key = "the ARN of a key, such as arn:aws:kms:eu-west-1:123456789012:key/1234",
                            *accepted_tag = "a name of 1 to 128 bytes that does not begin with aws:, a value of at most 256";
bool is_tag(std::string_view name, std::string_view value);

// What is wrong with the settings by themselves: "batch_size is 0; accepted: 1 to 10000". nullopt: nothing.
//
// Windows and ages are whole seconds. A window is not required for a batch size above 10 [OPEN-36].
std::optional<std::string> check(const MappingSettings& settings);

}  // namespace weir
