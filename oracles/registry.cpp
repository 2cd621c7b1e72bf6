#include <algorithm>

#include "oracles/entries.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/base/check.hpp"
#include "sim/base/time.hpp"

namespace weir {

namespace {

const std::vector<OracleEntry>& entries() {
  static const std::vector<OracleEntry> all{
      stream_once_entry(),    stream_order_entry(), images_entry(),       lineage_entry(),     retention_entry(),
      time_to_live_entry(),   delivery_entry(),     pages_entry(),        stream_arn_entry(),  atomic_transactions_entry(),
      index_contents_entry(), capacity_entry(),     access_entry(),       convergence_entry(), effects_once_entry(),
      item_order_entry(),     no_loss_entry(),      accounting_entry(),   retries_entry(),     liveness_entry(),
      fresh_reads_entry(),    archive_entry(),      bounded_size_entry(), queue_order_entry()};
  return all;
}

const OracleEntry* find_entry(std::string_view name) {
  for (const OracleEntry& entry : entries())
    if (entry.info.name == name) return &entry;
  return nullptr;
}

template <class Range>
std::string joined(const Range& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string wrong_value(const OracleParameter& parameter, const std::string& value) {
  const auto what = [&] { return std::string(parameter.name) + " " + quoted(value); };
  switch (parameter.kind) {
    case OracleParameter::Kind::one_of:
      if (std::find(parameter.accepted.begin(), parameter.accepted.end(), value) != parameter.accepted.end()) return "";
      return what() + "; one of: " + joined(parameter.accepted) +
             did_you_mean(value, {parameter.accepted.begin(), parameter.accepted.end()});
    case OracleParameter::Kind::duration: {
      const std::optional<Duration> span = parse_duration(value);
      return span && *span >= Duration{} ? "" : what() + "; a duration such as 30s, 5min or 48h";
    }
    case OracleParameter::Kind::count: {
      const bool digits = !value.empty() && value.size() <= 18 && value.find_first_not_of("0123456789") == std::string::npos;
      return digits ? "" : what() + "; a whole number, 0 or more";
    }
    case OracleParameter::Kind::text:
      return value.empty() ? what() + "; " + std::string(parameter.meaning) : "";
  }
  return "";
}

}  // namespace

const std::vector<OracleInfo>& all_oracles() {
  static const std::vector<OracleInfo> infos = [] {
    std::vector<OracleInfo> all;
    for (const OracleEntry& entry : entries()) all.push_back(entry.info);
    return all;
  }();
  return infos;
}

std::string wrong_with(const OracleSpec& spec) {
  const OracleEntry* entry = find_entry(spec.oracle);
  if (!entry) {
    std::vector<std::string> names;
    for (const OracleInfo& info : all_oracles()) names.emplace_back(info.name);
    return "oracle " + quoted(spec.oracle) + "; one of: " + joined(names) + did_you_mean(spec.oracle, names);
  }
  const std::vector<OracleParameter>& parameters = entry->info.parameters;
  for (const auto& [name, value] : spec.with) {
    const auto is_named = [&named = name](const OracleParameter& parameter) { return parameter.name == named; };
    const auto known = std::find_if(parameters.begin(), parameters.end(), is_named);
    if (known == parameters.end()) {
      std::vector<std::string> names;
      names.reserve(parameters.size());
      for (const OracleParameter& parameter : parameters) names.emplace_back(parameter.name);
      const std::string what = "parameter " + quoted(name) + " of " + spec.oracle + "; ";
      return what + (names.empty() ? "it takes none" : "one of: " + joined(names) + did_you_mean(name, names));
    }
    if (std::string wrong = wrong_value(*known, value); !wrong.empty()) return wrong;
  }
  for (const OracleParameter& parameter : parameters)
    if (parameter.required && !spec.with.count(std::string(parameter.name)))
      return spec.oracle + " without " + quoted(parameter.name) + "; " + std::string(parameter.name) + ": " +
             std::string(parameter.meaning);
  return entry->info.also_wrong ? entry->info.also_wrong(spec) : "";
}

std::unique_ptr<Oracle> make_oracle(const OracleSpec& spec) {
  if (const std::string wrong = wrong_with(spec); !wrong.empty())
    SIM_CHECK(false, ("an oracle is made from a right spec: " + wrong).c_str());
  const OracleEntry* entry = find_entry(spec.oracle);
  return entry->make(entry->info, spec);
}

std::vector<std::unique_ptr<Oracle>> always_on() {
  std::vector<std::unique_ptr<Oracle>> oracles;
  for (const OracleEntry& entry : entries())
    if (entry.info.always) oracles.push_back(entry.make(entry.info, {}));
  return oracles;
}

}  // namespace weir
