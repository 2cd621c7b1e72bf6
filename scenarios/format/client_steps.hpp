// Clients' steps of a scenario file: writes (put, update, delete, transact_write, batch_write) and reads (get, batch_get,
// query, scan, transact_get). Items are checked for their key alone, and expressions as the service checks them; whatever else
// the service refuses is for the run to tell. What the members mean is scenario.hpp's business.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "scenarios/format/json_reader.hpp"
#include "scenarios/format/operator_steps.hpp"
#include "scenarios/format/scenario.hpp"

namespace weir {

bool is_of_client(const Act& act);  // whether it is one of these

// nullopt: the act is none of these.
std::optional<Act> read_write_step(const std::string& act, const Node& node, const Scenario& so_far);
// Query and Scan may name any index that `operators` knows of by then.
std::optional<Act> read_read_step(const std::string& act, const Node& node, const Scenario& so_far,
                                  const OperatorStepReader& operators);

class ClientStepWriter {
 public:
  nlohmann::ordered_json operator()(const PutStep& step) const;
  nlohmann::ordered_json operator()(const UpdateStep& step) const;
  nlohmann::ordered_json operator()(const DeleteStep& step) const;
  nlohmann::ordered_json operator()(const CheckStep& step) const;
  nlohmann::ordered_json operator()(const TransactWriteStep& step) const;
  nlohmann::ordered_json operator()(const BatchWriteStep& step) const;
  nlohmann::ordered_json operator()(const GetStep& step) const;
  nlohmann::ordered_json operator()(const BatchGetStep& step) const;
  nlohmann::ordered_json operator()(const QueryStep& step) const;
  nlohmann::ordered_json operator()(const ScanStep& step) const;
  nlohmann::ordered_json operator()(const TransactGetStep& step) const;
};

}  // namespace weir
