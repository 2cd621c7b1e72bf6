// Operators' steps of a scenario file: on mappings and on concurrency. An update names the settings that change; null stands
// for the default. So reading and writing both know each mapping's settings as the steps so far leave them.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/format/json_reader.hpp"
#include "scenarios/format/scenario.hpp"

namespace weir {

class OperatorStepReader {
 public:
  explicit OperatorStepReader(const Scenario& so_far);
  // nullopt: the act is none of an operator's.
  std::optional<Act> read(const std::string& act, const Node& node);

 private:
  Act create(const Node& node);
  Act update(const Node& node);
  Act set_concurrency(const Node& node) const;
  std::string mapping_of(const Node& node) const;

  const Scenario& so_far_;
  std::map<std::string, MappingSettings> mappings_;  // by name
};

class OperatorStepWriter {
 public:
  explicit OperatorStepWriter(const std::vector<MappingSettings>& mappings);
  nlohmann::ordered_json operator()(const CreateMappingStep& step);
  nlohmann::ordered_json operator()(const UpdateMappingStep& step);
  nlohmann::ordered_json operator()(const EnableMappingStep& step);
  nlohmann::ordered_json operator()(const DisableMappingStep& step);
  nlohmann::ordered_json operator()(const DeleteMappingStep& step);
  nlohmann::ordered_json operator()(const SetConcurrencyStep& step);

 private:
  std::map<std::string, MappingSettings> mappings_;
};

}  // namespace weir
