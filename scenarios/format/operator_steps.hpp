// Operators' steps of a scenario file: on mappings, on concurrency, on indexes and on time to live. An update names the
// settings that change; null stands for the default. What it comes to together with the settings that the mapping has by then
// is for the run to judge. So is what there is by then, since the service may refuse a step: a table may be gone, an index or a
// mapping there already or not yet. Reading knows which indexes are there in any case, and which there may be.
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
  // The same of a table's settings.                                                                     [GSI-8]
  std::optional<Act> read_of_table(const std::string& act, const Node& node);
  // With all the indexes that it may have by then.
  TableSettings table_now(const Node& name) const;

 private:
  Act create(const Node& node);
  Act remove(const std::string& mapping);
  Act update(const Node& node) const;
  Act set_concurrency(const Node& node) const;
  Act create_index(const Node& node);
  Act delete_index(const Node& node);
  Act update_time_to_live(const Node& node) const;
  std::string mapping_of(const Node& node) const;

  const Scenario& so_far_;
  std::vector<std::string> mappings_;  // the names of those that there may be by then
  std::vector<std::string> taken_;     // of those that there are at first or that a step deletes: not given a second time
  struct OfTable {
    std::vector<IndexSettings> surely, maybe;
  };
  std::map<std::string, OfTable> indexes_;  // by table
};

class OperatorStepWriter {
 public:
  nlohmann::ordered_json operator()(const CreateMappingStep& step) const;
  nlohmann::ordered_json operator()(const UpdateMappingStep& step) const;
  nlohmann::ordered_json operator()(const EnableMappingStep& step) const;
  nlohmann::ordered_json operator()(const DisableMappingStep& step) const;
  nlohmann::ordered_json operator()(const DeleteMappingStep& step) const;
  nlohmann::ordered_json operator()(const SetConcurrencyStep& step) const;
  nlohmann::ordered_json operator()(const CreateIndexStep& step) const;
  nlohmann::ordered_json operator()(const DeleteIndexStep& step) const;
  nlohmann::ordered_json operator()(const UpdateTimeToLiveStep& step) const;
};

}  // namespace weir
