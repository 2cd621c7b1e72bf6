// A scenario: what is played, as a plain value. A file says the same thing in JSON (scenario_file.hpp).
//
// Tables, queues, buckets, roles, functions, mappings and readers are what exists; steps and workload are what clients and
// operators do; choices narrow what the plan may vary; oracles and checks are what must hold. Times count from the start of the
// run.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "oracles/oracle.hpp"
#include "sim/access/policy.hpp"
#include "sim/expression/placeholders.hpp"
#include "sim/function/concurrency.hpp"
#include "sim/function/handler.hpp"
#include "sim/plan/operation.hpp"
#include "sim/plan/plan.hpp"
#include "sim/queue/settings.hpp"
#include "sim/table/capacity.hpp"
#include "sim/table/read_requests.hpp"
#include "sim/table/requests.hpp"
#include "sim/table/settings.hpp"
#include "sim/trigger/patch.hpp"
#include "sim/trigger/settings.hpp"

namespace weir {

// --- steps: scripted acts, in time order -------------------------------------------------------------------------------
// In the item and set of a step, a string "@+90s" or "@-1h" in a TTL attribute of its table stands for the Unix second at that
// distance from the step's own time, "@ms+90s" and "@text+90s" likewise (relative_time.hpp; museum: FM-57, FM-58).
// A condition is a ConditionExpression, with `placeholders` for the names and values in it; empty: none.         [EXPR-3]
// `returns` is told with the answer; an action of a transaction has none.                                   [OP-3] [OP-4]
struct PutStep {
  std::string table;
  Item item;
  std::string condition = {};
  ExpressionContext placeholders = {};
  ReturnValues returns = ReturnValues::none;
  ReturnValuesOnConditionCheckFailure on_condition_failure = ReturnValuesOnConditionCheckFailure::none;
  friend bool operator==(const PutStep&, const PutStep&) = default;
};
struct UpdateStep {
  std::string table;
  Item key;
  Item set;                 // attributes to SET; or
  std::string update = {};  // an UpdateExpression; neither: the item is there afterwards, if with its key alone     [OP-2]
  std::string condition = {};
  ExpressionContext placeholders = {};
  ReturnValues returns = ReturnValues::none;
  ReturnValuesOnConditionCheckFailure on_condition_failure = ReturnValuesOnConditionCheckFailure::none;
  friend bool operator==(const UpdateStep&, const UpdateStep&) = default;
};
struct DeleteStep {
  std::string table;
  Item key;
  std::string condition = {};
  ExpressionContext placeholders = {};
  ReturnValues returns = ReturnValues::none;
  ReturnValuesOnConditionCheckFailure on_condition_failure = ReturnValuesOnConditionCheckFailure::none;
  friend bool operator==(const DeleteStep&, const DeleteStep&) = default;
};
struct CheckStep {  // of a transaction: a condition on an item that is not written
  std::string table;
  Item key;
  std::string condition;
  ExpressionContext placeholders = {};
  ReturnValuesOnConditionCheckFailure on_condition_failure = ReturnValuesOnConditionCheckFailure::none;
  friend bool operator==(const CheckStep&, const CheckStep&) = default;
};
struct TransactWriteStep {  // one TransactWriteItems                                                            [TXN-1]
  using Action = std::variant<PutStep, UpdateStep, DeleteStep, CheckStep>;
  std::vector<Action> actions;  // 1 to 100
  std::string token = {};       // its ClientRequestToken; empty: none
  friend bool operator==(const TransactWriteStep&, const TransactWriteStep&) = default;
};
// Reads, and batches: what stays unprocessed of one is told, not sent again, by no SDK either. What a client's step is answered
// is a fact, Logged: of a read always, of a write what it asked to be told, and why it failed.
struct GetStep {
  std::string table;
  Item key;
  bool consistent = false;
  std::string projection = {};  // a ProjectionExpression; empty: the whole item
  ExpressionContext placeholders = {};
  friend bool operator==(const GetStep&, const GetStep&) = default;
};
struct BatchGetStep {  // one BatchGetItem                                                                       [BOP-4]
  struct Keys {
    std::string table;
    std::vector<Item> keys;
    bool consistent = false;
    std::string projection = {};
    ExpressionContext placeholders = {};
    friend bool operator==(const Keys&, const Keys&) = default;
  };
  std::vector<Keys> tables;  // each once; 1 to 100 keys in all
  friend bool operator==(const BatchGetStep&, const BatchGetStep&) = default;
};
struct BatchWriteStep {  // one BatchWriteItem                                                                   [BOP-1]
  struct Writes {
    std::string table;
    std::vector<Item> puts = {};
    std::vector<Item> deletes = {};  // keys
    friend bool operator==(const Writes&, const Writes&) = default;
  };
  std::vector<Writes> tables;  // each once; 1 to 25 writes in all
  friend bool operator==(const BatchWriteStep&, const BatchWriteStep&) = default;
};
struct PagesAsked {  // what Query and Scan have in common
  std::string table;
  std::string index = {};   // empty: the table itself
  std::string filter = {};  // a FilterExpression
  std::string projection = {};
  ExpressionContext placeholders = {};
  std::optional<Select> select = {};
  std::optional<std::int64_t> limit = {};
  Item exclusive_start_key = {};
  bool consistent = false;
  int pages = 1;  // the most that are read, each from where the one before it ended
  friend bool operator==(const PagesAsked&, const PagesAsked&) = default;
};
struct QueryStep {
  PagesAsked asked;
  std::string key_condition;  // a KeyConditionExpression
  bool reverse = false;
  friend bool operator==(const QueryStep&, const QueryStep&) = default;
};
struct ScanStep {
  PagesAsked asked;
  std::int64_t segment = 0;
  std::int64_t total_segments = 0;  // of a parallel Scan; 0: it is none
  friend bool operator==(const ScanStep&, const ScanStep&) = default;
};
struct TransactGetStep {  // one TransactGetItems                                                                [TXN-1]
  struct Get {
    std::string table;
    Item key;
    std::string projection = {};
    ExpressionContext placeholders = {};
    friend bool operator==(const Get&, const Get&) = default;
  };
  std::vector<Get> gets;  // 1 to 100, each item once
  friend bool operator==(const TransactGetStep&, const TransactGetStep&) = default;
};
struct SplitShardStep {  // every open shard at the path `shard` or below it; "" means all
  std::string table;
  std::string shard;
  int children = 2;  // 1: a rollover
  friend bool operator==(const SplitShardStep&, const SplitShardStep&) = default;
};
struct FailInvocationsStep {  // the next `count` invocations of the function fail with a thrown error
  std::string function;
  int count = 1;
  friend bool operator==(const FailInvocationsStep&, const FailInvocationsStep&) = default;
};
struct DisableStreamStep {
  std::string table;
  friend bool operator==(const DisableStreamStep&, const DisableStreamStep&) = default;
};
struct EnableStreamStep {
  std::string table;
  StreamView view = StreamView::new_and_old_images;
  friend bool operator==(const EnableStreamStep&, const EnableStreamStep&) = default;
};
// Refused while the table is UPDATING (an index, its stream), which is a fact; later steps may name the table.
struct DeleteTableStep {
  std::string table;
  friend bool operator==(const DeleteTableStep&, const DeleteTableStep&) = default;
};
struct UpdateCapacityStep {  // of a table with capacity settings; what the day's limits refuse changes nothing     [CAP-9]
  std::string table;
  CapacityUpdate update;
  friend bool operator==(const UpdateCapacityStep&, const UpdateCapacityStep&) = default;
};
// One global index, made or dropped while its table is in use. What the service refuses of it is a fact.   [GSI-8] [LIMIT-2]
struct CreateIndexStep {
  std::string table;
  IndexSettings index;
  friend bool operator==(const CreateIndexStep&, const CreateIndexStep&) = default;
};
struct DeleteIndexStep {
  std::string table;
  std::string index;
  friend bool operator==(const DeleteIndexStep&, const DeleteIndexStep&) = default;
};
struct UpdateTimeToLiveStep {  // on for an attribute, or off; what the service refuses of it is a fact      [TTL-12 .. TTL-14]
  std::string table;
  std::string attribute;
  bool enabled = true;
  friend bool operator==(const UpdateTimeToLiveStep&, const UpdateTimeToLiveStep&) = default;
};
struct SetRoleStep {  // what the role allows from then on, in place of what it did
  Role role;
  friend bool operator==(const SetRoleStep&, const SetRoleStep&) = default;
};
// Operators' steps on mappings and functions: what the service refuses of them is a fact, not an error.   [ESM-20 .. ESM-28]
struct CreateMappingStep {
  MappingSettings mapping;
  friend bool operator==(const CreateMappingStep&, const CreateMappingStep&) = default;
};
struct UpdateMappingStep {  // laid over the settings that the mapping has by then
  std::string mapping;
  MappingPatch changes;
  friend bool operator==(const UpdateMappingStep&, const UpdateMappingStep&) = default;
};
struct EnableMappingStep {
  std::string mapping;
  friend bool operator==(const EnableMappingStep&, const EnableMappingStep&) = default;
};
struct DisableMappingStep {
  std::string mapping;
  friend bool operator==(const DisableMappingStep&, const DisableMappingStep&) = default;
};
struct DeleteMappingStep {
  std::string mapping;
  friend bool operator==(const DeleteMappingStep&, const DeleteMappingStep&) = default;
};
struct SetConcurrencyStep {
  std::string function;               // "": the account
  std::optional<std::int64_t> limit;  // nothing: no reserved concurrency any more
  friend bool operator==(const SetConcurrencyStep&, const SetConcurrencyStep&) = default;
};
using Act =
    std::variant<PutStep, UpdateStep, DeleteStep, SplitShardStep, FailInvocationsStep, DisableStreamStep, EnableStreamStep,
                 DeleteTableStep, TransactWriteStep, SetRoleStep, UpdateCapacityStep, CreateMappingStep, UpdateMappingStep,
                 EnableMappingStep, DisableMappingStep, DeleteMappingStep, SetConcurrencyStep, CreateIndexStep, DeleteIndexStep,
                 UpdateTimeToLiveStep, GetStep, BatchGetStep, BatchWriteStep, QueryStep, ScanStep, TransactGetStep>;

struct Step {
  Duration at{};
  Act act;
  SdkRetries sdk_retries = SdkRetries::none;  // of a client's step: of each call that it makes                    [WIRE-6]
  friend bool operator==(const Step&, const Step&) = default;
};
// What files and facts call each act, in the order of the variant.
inline constexpr std::array<std::string_view, std::variant_size_v<Act>> act_names{"put",
                                                                                  "update",
                                                                                  "delete",
                                                                                  "split_shard",
                                                                                  "fail_invocations",
                                                                                  "disable_stream",
                                                                                  "enable_stream",
                                                                                  "delete_table",
                                                                                  "transact_write",
                                                                                  "set_role",
                                                                                  "update_capacity",
                                                                                  "create_mapping",
                                                                                  "update_mapping",
                                                                                  "enable_mapping",
                                                                                  "disable_mapping",
                                                                                  "delete_mapping",
                                                                                  "set_concurrency",
                                                                                  "create_index",
                                                                                  "delete_index",
                                                                                  "update_time_to_live",
                                                                                  "get",
                                                                                  "batch_get",
                                                                                  "batch_write",
                                                                                  "query",
                                                                                  "scan",
                                                                                  "transact_get"};
inline std::string_view act_name(const Act& act) { return act_names[act.index()]; }

// --- workload: generated operations, each one a choice -----------------------------------------------------------------
// Client c issues operation k (0-based) a pause (a choice, calm `pause`) after its operation k-1. An operation is the answer
// to `workload.op` at "client c / op k"; calm: it does not happen. It acts on item "i0", "i1", ... (the partition key; with a
// sort key, the group goes there too: "g0"). Attributes written: `value` (N), `group` (S), `revision` (N: grows by one with
// each operation on that item, also across delete and re-create) and, with expires_in, the table's TTL attribute.
// With sdk_retries an operation is over when its client gives up trying or is served, and the pause before the next one begins
// then.
struct Workload {
  std::string table;
  int clients = 1;
  int operations = 10;  // the most a client issues
  int items = 3;
  int groups = 1;
  int values = 9;  // value is drawn from 1 .. values
  std::vector<OperationKind> kinds = {OperationKind::put, OperationKind::update, OperationKind::remove};
  Duration pause = 1s;
  std::optional<Duration> expires_in = {};  // puts carry a TTL this far ahead; updates renew it to as far ahead
  SdkRetries sdk_retries = SdkRetries::none;
  friend bool operator==(const Workload&, const Workload&) = default;
};

// --- load: rows of a CSV file put one a tick ---------------------------------------------------------------------------
// The loader waits for no row: with sdk_retries a row that is tried again may come after later ones.
struct Load {
  std::string table;
  std::vector<std::string> columns = {};            // of the file, in order; there is no header row
  std::map<std::string, std::string> compose = {};  // attribute -> text with {column} in it, e.g. "PK": "request#{requestid}"
  std::string file = {};  // relative to the scenario's file; --load TABLE=FILE puts another in its place
  Duration every = 1s;
  std::vector<std::vector<std::string>> rows = {};  // what the file held
  SdkRetries sdk_retries = SdkRetries::none;
  friend bool operator==(const Load&, const Load&) = default;
};

struct SqlCheck {
  std::string name;
  std::string sql;  // over the tables of oracles/sql/trace_tables.hpp; a row is a violation, its column `fact` the proof
  friend bool operator==(const SqlCheck&, const SqlCheck&) = default;
};

enum class Expectation : std::uint8_t { ok, violation, unknown };

struct Scenario {
  std::string name;
  std::string teaches = {};  // one sentence
  std::vector<std::string> rules = {};
  std::string variant = {};                 // "broken" or "fixed" where a file bundles two and one was chosen
  std::int64_t epoch_unix = 1'767'225'600;  // 2026-01-01T00:00:00Z at Instant{}
  std::vector<TableSettings> tables = {};
  std::vector<FunctionSettings> functions = {};
  std::vector<MappingSettings> mappings = {};
  std::vector<ReaderSettings> readers = {};
  std::vector<QueueSettings> queues = {};
  std::vector<BucketSettings> buckets = {};
  std::vector<Role> roles = {};
  std::int64_t account_concurrency = default_account_concurrency;
  std::vector<Step> steps = {};
  std::vector<Workload> workloads = {};
  std::vector<Load> loads = {};
  std::vector<SiteRule> choices = {};
  Duration run_for = 1h;
  std::optional<Duration> heal_at = {};  // faults stop here; default: half of run_for
  std::vector<OracleSpec> oracles = {};
  std::vector<SqlCheck> checks = {};
  std::map<std::string, Expectation> expect = {};  // by oracle: what the calm run (or a sweep of a broken variant) must say

  friend bool operator==(const Scenario&, const Scenario&) = default;
};

}  // namespace weir
