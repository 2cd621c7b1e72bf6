#include "scenarios/format/scenario_value.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/format/json_reader.hpp"
#include "scenarios/format/scenario_parts.hpp"
#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

void fill_in_names(Scenario& scenario) {
  for (FunctionSettings& function : scenario.functions)
    if (function.handler.empty()) function.handler = function.name;
  for (MappingSettings& mapping : scenario.mappings)
    if (mapping.name.empty()) mapping.name = mapping.function;
  for (Step& step : scenario.steps)
    if (auto* create = std::get_if<CreateMappingStep>(&step.act); create && create->mapping.name.empty())
      create->mapping.name = create->mapping.function;
  for (ReaderSettings& reader : scenario.readers)
    if (reader.reader.empty()) reader.reader = reader.name;
}

// A file names each site once and its writer takes the book's word for it, so both are looked at before.
void check_choices(const Scenario& scenario, const SiteBook& book, const std::string& where) {
  for (std::size_t i = 0; i < scenario.choices.size(); ++i) {
    const SiteRule& rule = scenario.choices[i];
    const std::string place = where + " /choices/" + std::to_string(i);
    const SiteInfo* site = book.find(rule.site);
    if (!site)
      throw BadInput(place, "no choice site is called " + in_quotes(rule.site),
                     "a site that `weir choices` lists" + did_you_mean(rule.site, book.names()));
    const bool has_bounds = rule.low != site->low || (rule.high != site->high && rule.high != rule.low);
    if (site->type == SiteType::outcome && has_bounds)
      throw BadInput(place, "low or high", rule.site + " has no order: give only, its kinds");
    for (const std::int64_t kind : rule.only)
      if (kind < 0 || static_cast<std::size_t>(kind) >= site->names.size())
        throw BadInput(place, "kind " + std::to_string(kind) + " of " + in_quotes(rule.site), envelope_text(*site));
    for (std::size_t k = 0; k < i; ++k)
      if (scenario.choices[k].site == rule.site)
        throw BadInput(place, in_quotes(rule.site) + " a second time", "one rule for each site");
  }
}

void check_kinds(const Scenario& scenario, const std::string& where) {
  for (std::size_t i = 0; i < scenario.workloads.size(); ++i) {
    const std::vector<OperationKind>& kinds = scenario.workloads[i].kinds;
    if (kinds.empty()) throw BadInput(where + " /workloads/" + std::to_string(i) + "/kinds", "no kinds", "at least one kind");
  }
}

// Rows are many and flat: they are checked one by one, without a tree.
std::vector<std::vector<std::vector<std::string>>> take_rows(Scenario& scenario) {
  std::vector<std::vector<std::vector<std::string>>> rows;
  for (Load& load : scenario.loads) rows.push_back(std::exchange(load.rows, {}));
  return rows;
}

void check_rows(const Load& load, const std::vector<std::vector<std::string>>& rows, const std::string& place) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (const std::string wrong = wrong_with_row(load, rows[i]); !wrong.empty())
      throw BadInput(place + "/rows/" + std::to_string(i), wrong, columns_wanted(load));
}

}  // namespace

Scenario checked(const Scenario& scenario, const SiteBook& book) {
  const std::string where = "scenario '" + scenario.name + "'";
  Scenario complete = scenario;
  fill_in_names(complete);
  check_choices(complete, book, where);
  check_kinds(complete, where);
  auto rows = take_rows(complete);
  const nlohmann::json json(scenario_to_json(complete, book));
  const Document document("", where);
  scenario_from_node(Node(json, document, ""), book, {});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    check_rows(complete.loads[i], rows[i], where + " /loads/" + std::to_string(i));
    complete.loads[i].rows = std::move(rows[i]);
  }
  return complete;
}

}  // namespace weir
