#include "scenarios/format/relative_time.hpp"

#include <chrono>

#include "sim/plan/site_text.hpp"

namespace weir {

std::optional<AttributeValue> relative_time(std::string_view text, std::int64_t unix_now) {
  enum class Form { seconds, milliseconds, as_text } form = Form::seconds;
  if (!text.starts_with('@')) return std::nullopt;
  text.remove_prefix(1);
  if (text.starts_with("ms")) {
    form = Form::milliseconds;
    text.remove_prefix(2);
  } else if (text.starts_with("text")) {
    form = Form::as_text;
    text.remove_prefix(4);
  }
  if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
  const bool back = text.front() == '-';
  text.remove_prefix(1);
  if (text.empty() || text.front() == '-') return std::nullopt;
  const std::optional<Duration> distance = parse_duration(text);
  if (!distance) return std::nullopt;
  const std::int64_t away = std::chrono::duration_cast<std::chrono::seconds>(*distance).count();
  const std::int64_t at = unix_now + (back ? -away : away);
  switch (form) {
    case Form::seconds:
      return AttributeValue(at);
    case Form::milliseconds:
      return AttributeValue(at * 1000);
    case Form::as_text:
      return AttributeValue(std::to_string(at));
  }
  return std::nullopt;
}

Item resolve_times(const Item& item, const TtlAttributes& attributes, std::int64_t unix_now) {
  Item resolved = item;
  for (const std::string& name : attributes)
    if (const auto text = item.find_string(name))
      if (const auto time = relative_time(*text, unix_now)) resolved = resolved.with(name, *time);
  return resolved;
}

TtlAttributes ttl_attributes(const Scenario& scenario, std::string_view table) {
  TtlAttributes attributes;
  for (const TableSettings& one : scenario.tables)
    if (one.name == table && !one.ttl.empty()) attributes.insert(one.ttl);
  for (const Step& step : scenario.steps)
    if (const auto* change = std::get_if<UpdateTimeToLiveStep>(&step.act); change && change->table == table)
      attributes.insert(change->attribute);
  return attributes;
}

}  // namespace weir
