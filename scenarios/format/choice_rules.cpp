// Choices of a scenario: what it lets the plan vary, and how far.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/format/scenario_parts.hpp"
#include "scenarios/format/scenario_value.hpp"
#include "scenarios/format/value_json.hpp"

namespace weir {

namespace {

bool counts(SiteType type) { return type == SiteType::duration || type == SiteType::integer; }
bool has_kinds(SiteType type) { return type == SiteType::named || type == SiteType::outcome || type == SiteType::operation; }

SiteRule widest(const SiteInfo& site) { return {std::string(site.name), site.low, site.high, site.calm, {}, false}; }

std::vector<std::int64_t> kinds_from(const SiteInfo& site, const Node& node) {
  const std::vector<std::string> names(site.names.begin(), site.names.end());
  if (!has_kinds(site.type))
    node.refuse("a member \"only\"", std::string(site.name) + " has no kinds: give \"low\" and \"high\"");
  std::vector<std::int64_t> kinds;
  for (const Node& element : node.elements("an array of kinds")) {
    const auto kind = static_cast<std::int64_t>(element.kind(names));
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end())
      element.refuse(shown(element.json()) + " twice", "each kind once");
    kinds.push_back(kind);
  }
  if (kinds.empty()) node.refuse("no kinds", "at least one kind; \"calm\" alone turns the site off");
  return kinds;
}

SiteRule rule_from(const SiteInfo& site, const Node& node) {
  if (site.type == SiteType::operation)
    node.refuse("what clients do", "each workload's own operations, kinds, items, groups and values");
  SiteRule rule = widest(site);
  if (node.json().is_string()) {
    if (node.json() != "calm") node.refuse("\"calm\", or an object with calm, low, high, only or fixed");
    rule.fixed = true;
    return rule;
  }
  if (!node.json().is_object()) node.refuse("\"calm\", or an object with calm, low, high, only or fixed");
  const Members members(node, {"calm", "low", "high", "only", "fixed"});
  if (site.type == SiteType::outcome)
    for (const char* bound : {"low", "high"})
      if (const auto given = members.find(bound))
        given->refuse("a member " + in_quotes(bound), std::string(site.name) + " has no order: give \"only\", its kinds");
  if (const auto low = members.find("low")) rule.low = value_from_node(site, *low);
  if (const auto high = members.find("high")) rule.high = value_from_node(site, *high);
  if (rule.low > rule.high)
    node.refuse("low " + value_text(site, rule.low) + " above high " + value_text(site, rule.high),
                "low at most as large as high");
  const bool ordered = counts(site.type) || site.type == SiteType::named || site.type == SiteType::flag;
  if (ordered) rule.calm = std::clamp(rule.calm, rule.low, rule.high);
  if (const auto calm = members.find("calm")) {
    rule.calm = value_from_node(site, *calm);
    if (ordered && (rule.calm < rule.low || rule.calm > rule.high))
      calm->refuse(shown(calm->json()) + " is outside low .. high",
                   "a value from " + value_text(site, rule.low) + " to " + value_text(site, rule.high));
  }
  if (const auto only = members.find("only")) rule.only = kinds_from(site, *only);
  if (const auto fixed = members.find("fixed")) {
    if (!fixed->json().is_boolean())
      fixed->refuse(std::string("true: the plan may not vary it, it is always calm") +
                    (site.type == SiteType::outcome ? "" : "; or \"low\" and \"high\" alike, which pin a value"));
    rule.fixed = fixed->flag();
  }
  return rule;
}

// A workload that says how long it pauses, beside a rule that says otherwise.
void refuse_clash(const Node& rule_node, const SiteInfo& site, const SiteRule& rule, const Scenario& so_far) {
  if (!names_calm(site, rule)) return;
  for (const Workload& workload : so_far.workloads) {
    const bool pauses = site.name == "workload.pause" && workload.pause.count() != site.calm;
    const bool expires = site.name == "workload.expires_in" && workload.expires_in.has_value();
    if (!pauses && !expires) continue;
    const std::int64_t own = pauses ? workload.pause.count() : workload.expires_in->count();
    if (own != rule.calm)
      rule_node.refuse("calm " + value_text(site, rule.calm) + " beside a workload's own " + to_text(Duration(own)),
                       "one of them: without \"calm\" here the workload's is the calm value");
  }
}

}  // namespace

bool names_calm(const SiteInfo& site, const SiteRule& rule) { return rule.calm != std::clamp(site.calm, rule.low, rule.high); }

std::vector<SiteRule> read_choices(const Node& node, const SiteBook& book, const Scenario& so_far) {
  std::vector<SiteRule> rules;
  for (const auto& [name, value] : node.entries("an object: site -> \"calm\", or what narrows it")) {
    const SiteInfo& site = site_from_node(book, value, name);
    rules.push_back(rule_from(site, value));
    refuse_clash(value, site, rules.back(), so_far);
  }
  return rules;
}

nlohmann::ordered_json choices_to_json(const std::vector<SiteRule>& rules, const SiteBook& book) {
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  for (const SiteRule& rule : rules) {
    const SiteInfo* site = book.find(rule.site);
    SIM_CHECK(site, "a choice names a site of the book");
    SiteRule calm = widest(*site);
    calm.fixed = true;
    if (rule == calm) {
      all[rule.site] = "calm";
      continue;
    }
    nlohmann::ordered_json one = nlohmann::ordered_json::object();
    one["calm"] = value_to_json(*site, rule.calm);
    const bool has_bounds = site->type != SiteType::outcome;
    if (has_bounds && rule.low != site->low) one["low"] = value_to_json(*site, rule.low);
    if (has_bounds && rule.high != site->high) one["high"] = value_to_json(*site, rule.high);
    for (const std::int64_t kind : rule.only) one["only"].push_back(std::string(site->names[static_cast<std::size_t>(kind)]));
    if (rule.fixed) one["fixed"] = true;
    all[rule.site] = std::move(one);
  }
  return all;
}

}  // namespace weir
