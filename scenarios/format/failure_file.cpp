#include "scenarios/format/failure_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/failure_check.hpp"
#include "scenarios/format/files.hpp"
#include "scenarios/format/json_layout.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "scenarios/format/value_json.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

std::string wrong_with_key(std::string_view key) {
  if (key_hash_of_text(key)) return "";
  return "a path of parts \"label value\", at most 7, such as \"trigger mirror / shard 0 / batch 3\"";
}

std::string wrong_with_oracle_name(std::string_view name) {
  std::vector<std::string> names;
  for (const OracleInfo& oracle : all_oracles()) names.emplace_back(oracle.name);
  // A scenario's own checks have other names.
  if (!name.starts_with("O-") || std::find(names.begin(), names.end(), name) != names.end()) return "";
  return "an oracle that `weir oracles` lists, or a check of the scenario" + did_you_mean(name, names);
}

bool is_hash_text(std::string_view text) {
  return text.size() == 32 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::size_t> second_of_two(const std::vector<Deviation>& deviations) {
  std::vector<std::pair<std::string_view, std::uint64_t>> seen;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    const std::pair<std::string_view, std::uint64_t> choice{deviations[i].site,
                                                            key_hash_of_text(deviations[i].key).value_or(0)};
    seen.push_back(choice);
  }
  std::vector<std::size_t> order(seen.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return seen[a] < seen[b]; });
  for (std::size_t i = 1; i < order.size(); ++i)
    if (seen[order[i]] == seen[order[i - 1]]) return order[i];
  return std::nullopt;
}

namespace {

Deviation read_deviation(const Node& node, const SiteBook& book) {
  const Members members(node, {"site", "key", "value"});
  Deviation deviation;
  const Node name = members.need("site");
  deviation.site = name.text("the name of a choice site");
  const SiteInfo& site = site_from_node(book, name, deviation.site);
  const Node key = members.need("key");
  deviation.key = key.text("a key");
  if (const std::string accepted = wrong_with_key(deviation.key); !accepted.empty()) key.refuse(accepted);
  deviation.value = value_from_node(site, members.need("value"));
  return deviation;
}

}  // namespace

std::string_view weir_version() { return WEIR_VERSION; }

Failure parse_failure(std::string_view text, std::string_view file_name, const SiteBook& book) {
  const nlohmann::json parsed = parse_document(text, file_name);
  const Document document(text, file_name);
  const Members members(Node(parsed, document, ""),
                        {"weir", "scenario", "scenario_file", "variant", "breaks", "says", "deviations", "hash"});
  Failure failure;
  if (const auto version = members.find("weir")) failure.version = version->text("a version");
  const Node scenario = members.need("scenario");
  if (scenario.json().is_object()) {
    failure.embedded = scenario_from_node(scenario, book, {});
    failure.scenario = failure.embedded->name;
    failure.variant = failure.embedded->variant;
    if (members.has("variant"))
      members.need("variant").refuse("a variant of an embedded scenario", "\"variant\" inside the scenario");
  } else {
    failure.scenario = scenario.text("a scenario's name, or a whole scenario");
  }
  if (const auto file = members.find("scenario_file")) failure.scenario_file = file->text("the path of a scenario file");
  if (const auto variant = members.find("variant")) failure.variant = variant->text("the name of a variant");
  const Node breaks = members.need("breaks");
  failure.breaks = breaks.text("the name of an oracle or check");
  if (const std::string accepted = wrong_with_oracle_name(failure.breaks); !accepted.empty())
    breaks.refuse(shown(breaks.json()), accepted);
  if (const auto says = members.find("says")) failure.message = says->prose();
  for (const Node& element : members.need("deviations").elements("an array of deviations"))
    failure.deviations.push_back(read_deviation(element, book));
  if (const auto second = second_of_two(failure.deviations))
    members.need("deviations").at(*second).refuse("a second deviation of one choice", "one deviation for each site and key");
  if (const auto hash = members.find("hash")) {
    failure.hash = hash->text("32 hex digits");
    if (!is_hash_text(failure.hash)) hash->refuse("32 hex digits in lower case");
  }
  return failure;
}

Failure read_failure(const std::string& path, const SiteBook& book) { return parse_failure(read_file(path), path, book); }

std::string to_json_text(const Failure& failure, const SiteBook& book) {
  nlohmann::ordered_json json;
  if (!failure.version.empty()) json["weir"] = failure.version;
  if (failure.embedded) {
    json["scenario"] = scenario_to_json(*failure.embedded, book);
  } else {
    json["scenario"] = failure.scenario;
    if (!failure.variant.empty()) json["variant"] = failure.variant;
  }
  if (!failure.scenario_file.empty()) json["scenario_file"] = failure.scenario_file;
  json["breaks"] = failure.breaks;
  if (!failure.message.empty()) json["says"] = failure.message;
  json["deviations"] = nlohmann::ordered_json::array();
  for (const Deviation& deviation : failure.deviations) {
    const SiteInfo* site = book.find(deviation.site);
    SIM_CHECK(site, "a deviation names a site of the book");
    nlohmann::ordered_json one;
    one["site"] = deviation.site;
    one["key"] = deviation.key;
    one["value"] = value_to_json(*site, deviation.value);
    json["deviations"].push_back(std::move(one));
  }
  if (!failure.hash.empty()) json["hash"] = failure.hash;
  return laid_out(json);
}

void write_failure(const std::string& path, const Failure& failure, const SiteBook& book) {
  write_file_atomically(path, to_json_text(failure, book));
}

}  // namespace weir
