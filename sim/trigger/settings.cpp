#include "sim/trigger/settings.hpp"

#include <algorithm>

#include "sim/trigger/filter.hpp"

namespace weir {

namespace {

std::string wrong(const char* parameter, const std::string& found, const char* accepted) {
  return std::string(parameter) + " is " + found + "; accepted: " + accepted;
}

// Of UTF-8: bytes that begin one.
std::size_t characters_in(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// ESM-15 has the names and no bounds: those of tags are AWS's usual ones, taken by bytes instead of characters.
std::optional<std::string> wrong_with_extras(const MappingSettings& s) {
  if (!s.kms_key_arn.empty() && !s.kms_key_arn.starts_with("arn:"))
    return wrong("kms_key_arn", s.kms_key_arn, accepted_kms_key);
  for (const std::string& metrics : s.metrics_config)
    if (metrics != "EventCount") return wrong("metrics_config", metrics, "EventCount");
  if (s.metrics_config.size() > 1) return wrong("metrics_config", "EventCount twice", "each once");
  if (s.tags.size() > most_tags) return wrong("the number of tags", std::to_string(s.tags.size()), "at most 50");
  for (const auto& [name, value] : s.tags)
    if (!is_tag(name, value)) return wrong("a tag", name + " = " + value, accepted_tag);
  const std::string& level = s.system_log_level;
  if (!level.empty() && std::find(log_levels.begin(), log_levels.end(), level) == log_levels.end())
    return wrong("system_log_level", level, "DEBUG, INFO or WARN");
  return std::nullopt;
}

bool whole_seconds(Duration span) { return span % Duration(1s) == Duration{}; }

}  // namespace

bool is_tag(std::string_view name, std::string_view value) {
  return !name.empty() && name.size() <= 128 && value.size() <= 256 && !name.starts_with("aws:");
}

std::optional<std::string> check(const MappingSettings& s) {
  if (s.starting_position != IteratorType::trim_horizon && s.starting_position != IteratorType::latest)
    return wrong("starting_position", std::string(to_text(s.starting_position)), "trim_horizon or latest");
  if (s.batch_size < 1 || s.batch_size > 10'000) return wrong("batch_size", std::to_string(s.batch_size), "1 to 10000");
  if (s.maximum_batching_window < 0s || s.maximum_batching_window > 300s || !whole_seconds(s.maximum_batching_window))
    return wrong("maximum_batching_window", to_text(s.maximum_batching_window), "whole seconds, 0s to 5min");
  if (s.maximum_retry_attempts < -1 || s.maximum_retry_attempts > 10'000)
    return wrong("maximum_retry_attempts", std::to_string(s.maximum_retry_attempts),
                 "-1 (until the records expire), or 0 to 10000");
  const bool no_age = s.maximum_record_age == Duration(-1);
  if (!no_age && (s.maximum_record_age < 60s || s.maximum_record_age > 604'800s || !whole_seconds(s.maximum_record_age)))
    return wrong("maximum_record_age", to_text(s.maximum_record_age), "whole seconds, 1min to 168h, or none");
  if (s.parallelization_factor < 1 || s.parallelization_factor > 10)
    return wrong("parallelization_factor", std::to_string(s.parallelization_factor), "1 to 10");
  if (s.tumbling_window < 0s || s.tumbling_window > 900s || !whole_seconds(s.tumbling_window))
    return wrong("tumbling_window", to_text(s.tumbling_window), "whole seconds, 0s to 15min");
  if (!s.destination.empty() && s.on_failure == Destination::none)
    return wrong("destination", s.destination + " with on_failure none", "no destination (null), or on_failure sqs, sns or s3");
  if (s.tumbling_window > 0s && s.parallelization_factor > 1)
    return wrong("parallelization_factor",
                 std::to_string(s.parallelization_factor) + " beside a tumbling_window of " + to_text(s.tumbling_window),
                 "1, or no tumbling_window");
  if (s.filter_criteria.size() > most_filters)
    return wrong("the number of filters", std::to_string(s.filter_criteria.size()), "at most 5");
  for (const std::string& pattern : s.filter_criteria) {
    if (const std::size_t characters = characters_in(pattern); characters > most_pattern_characters)
      return wrong("a filter pattern's length", std::to_string(characters), "at most 4096 characters");
    if (!parse_filter_pattern(pattern)) return std::string(bad_filter_pattern);
  }
  return wrong_with_extras(s);
}

}  // namespace weir
