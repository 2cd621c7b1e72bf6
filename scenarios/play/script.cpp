#include "scenarios/play/script.hpp"

#include <algorithm>
#include <string>

#include "scenarios/format/scenario_value.hpp"
#include "scenarios/play/client_acts.hpp"
#include "scenarios/play/operator_acts.hpp"
#include "scenarios/play/sites.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/plan/site_text.hpp"

namespace weir {

namespace {

// "request#{requestid}" with the row's columns in place of their names.
std::string compose(std::string_view form, const std::vector<std::string>& columns, const std::vector<std::string>& row) {
  std::string text;
  while (!form.empty()) {
    const std::size_t open = form.find('{');
    text += form.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = form.find('}', open);
    SIM_CHECK(close != std::string_view::npos, "a composed attribute closes its braces");
    const std::string_view name = form.substr(open + 1, close - open - 1);
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (std::string_view(columns[i]).substr(0, columns[i].find(':')) == name) text += row[i];
    form.remove_prefix(close + 1);
  }
  return text;
}

Duration ask_beside(Kernel& kernel, const Site<Duration>& site, const Key& key, Duration calm) {
  const SiteInfo info = site.info();
  const SiteRule own = rule_beside(info, kernel.rule_for(info), calm);
  return Duration(kernel.ask(info, key, &own));
}

Item item_key(const KeySchema& schema, const Operation& op) {
  ItemBuilder builder;
  if (schema.partition_type == Type::N)
    builder.number(schema.partition, Number(static_cast<std::int64_t>(op.item)));
  else
    builder.string(schema.partition, "i" + std::to_string(op.item));
  if (schema.has_sort()) {
    if (schema.sort_type == Type::N)
      builder.number(schema.sort, Number(static_cast<std::int64_t>(op.group)));
    else
      builder.string(schema.sort, "g" + std::to_string(op.group));
  }
  return builder.finish();
}

}  // namespace

SiteRule rule_beside(const SiteInfo& site, const SiteRule* rule, Duration own) {
  SiteRule beside = rule ? *rule : SiteRule{.site = {}, .low = site.low, .high = site.high, .calm = site.calm};
  if (names_calm(site, beside)) return beside;
  if (beside.high == site.high) beside.high = std::max(site.high, own.count());
  const std::int64_t lowest = beside.low == site.low ? std::min(site.low, own.count()) : beside.low;
  beside.calm = std::clamp(own.count(), lowest, beside.high);
  return beside;
}

Script::Script(const Scenario& scenario) : scenario_(scenario) {
  for (const TableSettings& table : scenario.tables) ttl_attributes_[table.name] = ttl_attributes(scenario, table.name);
  askings_.reserve(scenario.workloads.size());
  for (const Workload& w : scenario.workloads) {
    Asking& asking = askings_.emplace_back();
    asking.site = workload_op.info();
    asking.site.high =
        ChoiceCodec<Operation>::encode({OperationKind::remove, static_cast<std::uint16_t>(w.items - 1),
                                        static_cast<std::uint8_t>(w.groups - 1), static_cast<std::uint32_t>(w.values)});
    asking.rule.low = asking.site.low;
    asking.rule.high = asking.site.high;
    asking.rule.only.reserve(w.kinds.size());
    for (const OperationKind kind : w.kinds) asking.rule.only.push_back(static_cast<std::int64_t>(kind));
  }
}

void Script::schedule_all(World& world) {
  Kernel& kernel = world.kernel();
  for (std::size_t i = 0; i < scenario_.steps.size(); ++i)
    kernel.schedule(Instant(scenario_.steps[i].at), Room::world, step, static_cast<std::uint32_t>(i), 0);
  revisions_.clear();
  waiting_.clear();
  for (std::size_t w = 0; w < scenario_.workloads.size(); ++w) {
    askings_[w].table = world.table(scenario_.workloads[w].table);
    revisions_.emplace_back(static_cast<std::size_t>(scenario_.workloads[w].items), 0);
    for (int c = 0; c < scenario_.workloads[w].clients; ++c) schedule_operation(world, w, static_cast<std::uint32_t>(c), 0);
  }
  loadings_.clear();
  for (std::size_t l = 0; l < scenario_.loads.size(); ++l) {
    Loading& loading = loadings_.emplace_back(Loading{world.table(scenario_.loads[l].table), {}});
    for (const std::string_view column : scenario_.loads[l].columns) {
      const std::size_t colon = std::min(column.find(':'), column.size());
      loading.columns.push_back({column.substr(0, colon), column.substr(colon) == ":N"});
    }
    if (!scenario_.loads[l].rows.empty()) kernel.schedule(Duration{}, Room::world, row, static_cast<std::uint32_t>(l), 0);
  }
  kernel.schedule(Instant(scenario_.heal_at.value_or(scenario_.run_for / 2)), Room::world, heal, 0, 0);
}

void Script::on_event(World& world, const Event& event) {
  switch (event.kind) {
    case step:
      return take_step(world, event.a);
    case operation:
      return issue(world, event.a, static_cast<std::uint32_t>(event.b >> 32), static_cast<std::uint32_t>(event.b));
    case row:
      return load_row(world, event.a, event.b);
    case heal:
      world.kernel().heal_faults();
      world.kernel().note(FaultsHealed{}, no_fact);
      return;
    case try_again: {
      auto waiting = waiting_.extract(event.b);
      SIM_CHECK(!waiting.empty(), "a call that is tried again waits for it");
      return make(world, std::move(waiting.mapped().call), waiting.mapped().origin);
    }
    default:
      SIM_CHECK(false, "the script knows its own events");
  }
}

void Script::take_step(World& world, std::size_t index) {
  const Act& act = scenario_.steps[index].act;
  Kernel& kernel = world.kernel();
  const FactIndex taken = kernel.note(StepTaken{static_cast<std::uint32_t>(index), std::string(act_name(act))}, no_fact);
  const CauseScope scope(kernel, taken);
  const StepTime now{unix_seconds(kernel.now(), scenario_.epoch_unix), ttl_attributes_};
  if (take_operator_act(world, act)) return;
  if (TakenByClient taken_by_client = take_client_act(world, scenario_.steps[index], index, now); taken_by_client.by_client)
    return make(world, std::move(taken_by_client.call), {step, static_cast<std::uint32_t>(index), 0});
  if (const auto* split = std::get_if<SplitShardStep>(&act))
    world.split_shards(world.table(split->table), split->shard, split->children);
  else if (const auto* fail = std::get_if<FailInvocationsStep>(&act))
    world.fail_invocations(fail->function, fail->count);
  else if (const auto* disable = std::get_if<DisableStreamStep>(&act))
    world.disable_stream(world.table(disable->table));
  else if (const auto* enable = std::get_if<EnableStreamStep>(&act))
    world.enable_stream(world.table(enable->table), enable->view);
  else if (const auto* gone = std::get_if<DeleteTableStep>(&act))
    world.delete_table(world.table(gone->table));
  else if (const auto* role = std::get_if<SetRoleStep>(&act))
    world.set_role(role->role);
  else if (const auto* capacity = std::get_if<UpdateCapacityStep>(&act))
    world.update_capacity(world.table(capacity->table), capacity->update);
}

void Script::make(World& world, std::optional<ClientCall> call, const Origin& origin) {
  Kernel& kernel = world.kernel();
  while (call) {
    const ClientAnswer answer = try_once(world, *call);
    if (const std::optional<NextTry> next = next_try(kernel, *call, answer)) {
      const CauseScope scope(kernel, next->because);
      kernel.schedule(next->pause, Room::world, try_again, 0, next_wait_);
      waiting_.emplace(next_wait_++, Waiting{*std::move(call), origin});
      return;
    }
    call = after(world, *std::move(call), answer, origin);
  }
}

// The call that follows once one is over.
std::optional<ClientCall> Script::after(World& world, ClientCall&& call, const ClientAnswer& answer, const Origin& origin) {
  if (origin.kind == step) return answered(world, scenario_.steps[origin.a], origin.a, std::move(call), answer);
  if (origin.kind == operation && call.sdk_retries != SdkRetries::none)
    schedule_operation(world, origin.a, static_cast<std::uint32_t>(origin.b >> 32), static_cast<std::uint32_t>(origin.b) + 1);
  return std::nullopt;
}

void Script::schedule_operation(World& world, std::size_t workload, std::uint32_t client, std::uint32_t ordinal) {
  const Workload& w = scenario_.workloads[workload];
  if (ordinal >= static_cast<std::uint32_t>(w.operations)) return;
  Kernel& kernel = world.kernel();
  Key key = Key("client", client).add("op", ordinal);
  if (workload > 0) key.add("workload", workload);
  const Duration pause = ask_beside(kernel, workload_pause, key, w.pause);
  kernel.schedule(pause, Room::world, operation, static_cast<std::uint32_t>(workload),
                  (static_cast<std::uint64_t>(client) << 32) | ordinal);
}

void Script::issue(World& world, std::size_t workload, std::uint32_t client, std::uint32_t ordinal) {
  const Workload& w = scenario_.workloads[workload];
  // A client that waits for its answers goes on after them.
  const bool waits = w.sdk_retries != SdkRetries::none;
  if (!waits) schedule_operation(world, workload, client, ordinal + 1);
  Kernel& kernel = world.kernel();
  Key key = Key("client", client).add("op", ordinal);
  if (workload > 0) key.add("workload", workload);

  using Codec = ChoiceCodec<Operation>;
  const SiteInfo& site = askings_[workload].site;
  const Operation op = Codec::decode(kernel.ask(site, key, &askings_[workload].rule));
  if (op.kind == OperationKind::none || op.item >= w.items || op.group >= w.groups) {
    if (waits) schedule_operation(world, workload, client, ordinal + 1);
    return;
  }

  const TableId table = askings_[workload].table;
  const TableSettings& settings = world.table_settings(table);
  const FactIndex issued = kernel.note(OperationIssued{client, ordinal, table, value_text(site, Codec::encode(op))}, no_fact);
  const CauseScope scope(kernel, issued);
  const Origin origin{operation, static_cast<std::uint32_t>(workload), (static_cast<std::uint64_t>(client) << 32) | ordinal};
  const auto ask = [&](auto request) {
    if (waits)
      make(world, ClientCall{std::move(request), Actor::client(client), key, 0, w.sdk_retries}, origin);
    else
      (void)world.call(request, Actor::client(client));  // the common case, which keeps nothing for a next try
  };
  const Item item_part = item_key(settings.key, op);
  if (op.kind == OperationKind::remove) {
    return ask(DeleteItem{.table = table, .key = item_part});
  }

  std::int64_t& revision = revisions_[workload][op.item];
  revision += 1;
  std::optional<std::int64_t> expiry;
  if (w.expires_in && !settings.ttl.empty()) {
    const Duration ahead = ask_beside(kernel, workload_expires_in, key, *w.expires_in);
    expiry = unix_seconds(kernel.now() + ahead, scenario_.epoch_unix);
  }
  const std::string group = "g" + std::to_string(op.group);
  const Number value(static_cast<std::int64_t>(op.value));
  if (op.kind == OperationKind::put) {
    ItemBuilder builder;
    item_part.each([&](std::string_view name, std::string_view encoded) { builder.encoded(name, encoded); });
    builder.string("group", group).number("value", value).number("revision", Number(revision));
    if (expiry) builder.number(settings.ttl, Number(*expiry));
    return ask(PutItem{.table = table, .item = builder.finish()});
  }
  static const Path value_path("value"), group_path("group"), revision_path("revision");  // read once
  Update update;
  if (op.kind == OperationKind::update)
    update.set(value_path, AttributeValue(value));
  else
    update.add(value_path, AttributeValue(value));
  if (settings.key.sort != "group") update.set(group_path, AttributeValue(group));  // else it is in the key
  update.set(revision_path, AttributeValue(revision));
  if (expiry) update.set(Path::attribute(settings.ttl), AttributeValue(*expiry));
  ask(UpdateItem{.table = table, .key = item_part, .update = std::move(update)});
}

void Script::load_row(World& world, std::size_t load, std::uint64_t number) {
  const Load& l = scenario_.loads[load];
  Kernel& kernel = world.kernel();
  if (number + 1 < l.rows.size()) kernel.schedule(l.every, Room::world, row, static_cast<std::uint32_t>(load), number + 1);
  const std::vector<std::string>& cells = l.rows[number];
  ItemBuilder builder;
  const Loading& loading = loadings_[load];
  for (std::size_t i = 0; i < loading.columns.size() && i < cells.size(); ++i) {
    const auto& [attribute, is_number] = loading.columns[i];
    if (is_number)
      builder.number(attribute, *Number::parse(cells[i]));
    else
      builder.string(attribute, cells[i]);
  }
  for (const auto& [attribute, form] : l.compose) builder.string(attribute, compose(form, l.columns, cells));
  const CauseScope scope(kernel, no_fact);
  make(world,
       ClientCall{PutItem{.table = loading.table, .item = builder.finish()}, Actor::loader(), Key("load", load),
                  static_cast<std::uint32_t>(number), l.sdk_retries},
       {row, static_cast<std::uint32_t>(load), number});
}

}  // namespace weir
