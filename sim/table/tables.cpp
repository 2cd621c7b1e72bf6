#include "sim/table/tables.hpp"

#include <algorithm>

#include "sim/base/bad_input.hpp"
#include "sim/base/planted.hpp"
#include "sim/data/arn.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/table/index_rules.hpp"
#include "sim/table/no_table.hpp"
#include "sim/table/request_refused.hpp"
#include "sim/table/sites.hpp"

namespace weir {

namespace {

constexpr std::size_t max_key_name = 255;

constexpr std::string_view in_use = "Attempt to change a resource which is still in use: Table is being deleted";

constexpr std::string_view account_full =
    "Subscriber limit exceeded: The provisioned throughput of the account would exceed its quota";

Failed account_limit() { return {ServiceError::limit_exceeded, Certainty::surely_not_done, account_full}; }

void expect(bool holds, const std::string& where, const std::string& found, const char* accepted) {
  if (!holds) throw BadInput(where, "'" + found + "'", accepted);
}

void check_key_attribute(const std::string& where, const std::string& name, Type type) {
  expect(!name.empty() && name.size() <= max_key_name, where, name, "an attribute name of 1 to 255 bytes");
  expect(type == Type::S || type == Type::N || type == Type::B, where + " type", std::string(wire_name(type)), "S, N or B");
}

void check_settings(const TableSettings& settings) {
  const std::string where = "table " + settings.name;
  expect(is_table_name(settings.name), "table name", settings.name, "3 to 255 characters of a-z A-Z 0-9 _ . -");
  check_key_attribute(where + ": partition key", settings.key.partition, settings.key.partition_type);
  if (settings.key.has_sort()) {
    check_key_attribute(where + ": sort key", settings.key.sort, settings.key.sort_type);
    expect(settings.key.sort != settings.key.partition, where + ": sort key", settings.key.sort,
           "an attribute other than the partition key");
  }
  expect(settings.ttl.size() <= max_key_name, where + ": ttl", settings.ttl, "an attribute name of at most 255 bytes");
  if (settings.capacity && settings.capacity->billing == BillingMode::provisioned) {
    const auto numbers = [&](const std::string& what, const std::optional<Throughput>& given) {
      expect(given && given->read > 0 && given->write > 0, where + ": " + what, "no throughput", "read and write units");
    };
    numbers("capacity", settings.capacity->provisioned);
    for (const IndexSettings& index : settings.indexes)
      if (index.kind == IndexKind::global) numbers("index " + index.name, index.provisioned);
  }
  if (const std::optional<IndexFlaw> flaw = flaw_of_indexes(settings))
    throw BadInput(where + ": index " + std::to_string(flaw->index) + (flaw->member.empty() ? "" : ": " + flaw->member),
                   flaw->found, flaw->accepted);
}

}  // namespace

std::string table_exists(std::string_view name) { return "Table already exists: " + std::string(name); }

TableId Tables::create(Kernel& kernel, const TableSettings& settings) {
  check_settings(settings);
  if (named(settings.name)) throw BadInput("table name", table_exists(settings.name), "a name that no other table has");
  const TableId id{static_cast<std::uint32_t>(tables_.size())};
  if (tables_.empty()) tables_.reserve(8);  // a table that moves takes its whole state along
  tables_.emplace_back(id, settings, next_index_, epoch_unix_);
  next_index_.value += static_cast<IndexId::rep>(settings.indexes.size());
  names_.emplace(settings.name, id);
  if (settings.created_at > Duration{}) {
    kernel.note(TableAwaited{id, settings.name}, no_fact);
    kernel.schedule(settings.created_at, Room::table, creation_event, id.value, 0);
  } else {
    tables_.back().create(kernel);
  }
  return id;
}

std::optional<TableId> Tables::named(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? std::nullopt : std::optional<TableId>(found->second);
}

std::optional<TableId> Tables::called(std::string_view name_or_arn) const {
  if (!looks_like_an_arn(name_or_arn)) return named(name_or_arn);
  const std::optional<TableArn> arn = parse_table_arn(name_or_arn);
  if (!arn) return malformed_table;
  return arn->region == region_name && arn->account == account_id ? named(arn->table) : std::nullopt;
}

const Table& Tables::table(TableId id) const {
  SIM_CHECK(id.value < tables_.size(), "a table's id comes from create()");
  return tables_[id.value];
}
const TableSettings& Tables::settings(TableId id) const { return table(id).settings(); }
std::vector<Item> Tables::contents(TableId id) const { return table(id).contents(); }
std::size_t Tables::count(TableId id) const { return table(id).count(); }

constexpr std::string_view name_of(const PutItem&) { return "PutItem"; }
constexpr std::string_view name_of(const UpdateItem&) { return "UpdateItem"; }
constexpr std::string_view name_of(const DeleteItem&) { return "DeleteItem"; }
template <class Request>
WriteAnswer Tables::write(Kernel& kernel, const Request& request, const Actor& actor) {
  Table* const table = find(request.table);
  if (!table) return told_if_refused(kernel, name_of(request), request.table, actor, WriteAnswer(no_table_for(request)));
  if (!transactions_.idle()) {  // what is wrong with the request itself is said first                       [ERR-6]
    ItemKey key;
    if (!table->flaw_of(request, key, kernel.now()))
      if (const auto refusal = conflict(kernel, request.table, key, actor)) return *refusal;
  }
  return table->call(kernel, request, actor, changes_);
}
WriteAnswer Tables::call(Kernel& kernel, const PutItem& request, const Actor& actor) { return write(kernel, request, actor); }
WriteAnswer Tables::call(Kernel& kernel, const UpdateItem& request, const Actor& actor) {
  return write(kernel, request, actor);
}
WriteAnswer Tables::call(Kernel& kernel, const DeleteItem& request, const Actor& actor) {
  return write(kernel, request, actor);
}
// A global index is behind as its delays have it, and not a second time.                           [OPEN-33] [OPEN-34]
bool lags_anyway(const Table&, const GetItem&) { return false; }
template <class Request>
bool lags_anyway(const Table& table, const Request& request) {
  for (const IndexSettings& index : table.settings().indexes)
    if (index.name == request.page.index_name) return index.kind == IndexKind::global;
  return false;
}
template <class Request>
typename Request::Answer Tables::read(Kernel& kernel, const Request& request, bool consistent, const Actor& actor,
                                      const Key& key) {
  Table* const table = find(request.table);
  if (!table) return no_table_for(request);
  Duration stale{};
  if (!consistent && !lags_anyway(*table, request)) stale = kernel.choose(read_staleness, key);
  if (consistent && kernel.planted(Planted::stale_when_consistent)) stale = 1s;
  return table->call(kernel, request, actor, stale);
}
GetItem::Answer Tables::call(Kernel& kernel, const GetItem& request, const Actor& actor, const Key& key) {
  return read(kernel, request, request.consistent_read, actor, key);
}
Query::Answer Tables::call(Kernel& kernel, const Query& request, const Actor& actor, const Key& key) {
  return read(kernel, request, request.page.consistent_read, actor, key);
}
Scan::Answer Tables::call(Kernel& kernel, const Scan& request, const Actor& actor, const Key& key) {
  return read(kernel, request, request.page.consistent_read, actor, key);
}
Result<Done> Tables::enable_ttl(Kernel& kernel, TableId id, std::string_view attribute) {
  if (const std::optional<Failed> refused = unchangeable(id, kernel.now())) return *refused;
  return find(id)->enable_ttl(kernel, attribute);
}
Result<Done> Tables::disable_ttl(Kernel& kernel, TableId id, std::string_view attribute) {
  if (const std::optional<Failed> refused = unchangeable(id, kernel.now())) return *refused;
  return find(id)->disable_ttl(kernel, attribute);
}

UpdateTimeToLive::Answer Tables::call(Kernel& kernel, const UpdateTimeToLive& request) {
  return request.enabled ? enable_ttl(kernel, request.table, request.attribute_name)
                         : disable_ttl(kernel, request.table, request.attribute_name);
}
DescribeTimeToLive::Answer Tables::call(Kernel& kernel, const DescribeTimeToLive& request) {
  if (request.table == malformed_table) return no_table(request.table);
  if (!ttl_descriptions_.admits(kernel.now()))
    return Failed{ServiceError::throttling, Certainty::surely_not_done, "Rate exceeded"};
  if (!known(request.table)) return no_table(request.table);
  const TableStatus now = status(request.table, kernel.now());
  if (now == TableStatus::absent || now == TableStatus::gone) return *unchangeable(request.table, kernel.now());
  return table(request.table).describe_ttl();
}

// Whether the account may provision so much of one table beside what is provisioned of the others, or no more than now. [CAP-7]
bool Tables::account_allows(TableId id, const Throughput& wanted) const {
  const Throughput now = provisioned_in_all(settings(id));
  if (wanted.read <= now.read && wanted.write <= now.write) return true;
  Throughput all = wanted;
  for (TableId other; other.value < tables_.size(); other.value += 1) {
    if (other == id || tables_[other.value].absent() || tables_[other.value].deleted()) continue;
    const Throughput more = provisioned_in_all(settings(other));
    all = {all.read + more.read, all.write + more.write};
  }
  return all.read <= account_quota.read && all.write <= account_quota.write;
}

Result<Done> Tables::update_capacity(Kernel& kernel, TableId id, const CapacityUpdate& wanted) {
  if (const std::optional<Failed> refused = unchangeable(id, kernel.now())) return *refused;
  if (!account_allows(id, provisioned_in_all(settings(id), wanted))) return account_limit();
  return find(id)->update_capacity(kernel, wanted);
}

Result<Done> Tables::create_index(Kernel& kernel, TableId id, const IndexSettings& index) {
  if (const std::optional<Failed> refused = unchangeable(id, kernel.now())) return *refused;
  TableSettings with_index = settings(id);
  with_index.indexes.push_back(index);
  if (!account_allows(id, provisioned_in_all(with_index))) return account_limit();
  const Result<Done> created = find(id)->create_index(kernel, index, next_index_);
  if (created) next_index_.value += 1;
  return created;
}
Result<Done> Tables::delete_index(Kernel& kernel, TableId id, std::string_view index) {
  if (const std::optional<Failed> refused = unchangeable(id, kernel.now())) return *refused;
  return find(id)->delete_index(kernel, index);
}

Result<Done> Tables::may_switch_stream(TableId id, Instant now) const {
  if (const std::optional<Failed> refused = unchangeable(id, now)) return *refused;
  if (const std::optional<Failed> held = table(id).held_by_index()) return *held;
  return Done{};
}

void Tables::hold_until(TableId id, Instant until) {
  Table* const table = find(id);
  SIM_CHECK(table != nullptr, "a table that gets a stream is there");
  table->hold_until(until);
}

Result<Done> Tables::delete_table(Kernel& kernel, TableId id) {
  if (const std::optional<Failed> refused = unchangeable(id, kernel.now())) return *refused;
  if (const std::optional<Failed> held = find(id)->held_by_index()) return *held;
  find(id)->remove_all(kernel);
  return Done{};
}

// Why a table's settings cannot be changed now: what the control plane answers.
std::optional<Failed> Tables::unchangeable(TableId id, Instant now) const {
  if (id.value >= tables_.size()) return no_table(id);
  const Table& table = tables_[id.value];
  switch (table.status(now)) {
    case TableStatus::active:
      return std::nullopt;
    case TableStatus::creating:
      return Failed{
          ServiceError::resource_in_use, Certainty::surely_not_done,
          lasting("Attempt to change a resource which is still in use: Table is being created: " + table.settings().name)};
    case TableStatus::updating:
      return table.held_by_stream(now);
    case TableStatus::deleting:
      return Failed{ServiceError::resource_in_use, Certainty::surely_not_done, in_use};
    case TableStatus::absent:
    case TableStatus::gone:
      return Failed{ServiceError::resource_not_found, Certainty::surely_not_done,
                    lasting("Requested resource not found: Table: " + table.settings().name + " not found")};
  }
  return std::nullopt;
}

void Tables::on_creation(Kernel& kernel, TableId id) {
  Table& table = tables_[id.value];
  if (!table.absent()) return table.become_active();
  created_.push_back({id, table.create(kernel)});
}

void Tables::on_event(Kernel& kernel, const Event& event) {
  SIM_CHECK(event.a < tables_.size(), "a table's event names a table");
  const TableId table_id{event.a};
  if (event.kind == creation_event) return on_creation(kernel, table_id);
  Table* const table = find(table_id);
  if (!table) return;
  if (event.kind == index_event || event.kind == index_stage_event || event.kind == backfill_event)
    return table->on_index(kernel, event);
  if (event.kind == capacity_event) {
    if (const std::optional<Capacity::Halves> cut = table->on_capacity(kernel, event.b)) cuts_.push_back({table_id, *cut});
    return;
  }
  if (event.kind == ttl_change_event) return table->on_ttl_change(kernel);
  table->on_ttl(kernel, event.b, changes_);
}

}  // namespace weir
