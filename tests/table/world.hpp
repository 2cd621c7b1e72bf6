// A kernel, a trace that is kept, tables, and the loop between them: all that table tests need of a world.
#pragma once

#include <string>
#include <vector>

#include "sim/table/tables.hpp"
#include "tests/catch.hpp"

namespace weir::test {

inline constexpr std::int64_t epoch = 1'700'000'000;  // Unix seconds at Instant{}

// RapidCheck narrows a range to its low end in early runs; here all of it always counts.
inline int pick(int low, int end) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, end)); }

struct TableWorld {
  explicit TableWorld(Plan plan = Plan::calm()) : kernel(std::move(plan), trace) {
    trace.keep(true);
    kernel.record_choices(true);
  }
  TableWorld(const TableWorld&) = delete;

  TableId create(TableSettings settings) { return tables.create(kernel, settings); }
  TableId ttl_table(std::string name = "sessions") {
    return create({.name = std::move(name), .key = {.partition = "id"}, .ttl = "expires"});
  }

  template <class Request>
  typename Request::Answer call(const Request& request) {
    return call_as(client, request);
  }
  // What the call leaves open is asked as "client 0".
  template <class Request>
  typename Request::Answer call_as(const Actor& actor, const Request& request) {
    const Key key("client", 0);
    if constexpr (requires { tables.call(kernel, request, actor, key); })
      return tables.call(kernel, request, actor, key);
    else
      return tables.call(kernel, request, actor);
  }
  Result<Done> put(TableId table, const Item& item, const Condition& condition = {}) {
    return just_done(call(PutItem{.table = table, .item = item, .condition = condition}));
  }
  Result<Item> update(TableId table, const Item& key, const Update& update, const Condition& condition = {}) {
    WriteAnswer answer = call(UpdateItem{
        .table = table, .key = key, .update = update, .condition = condition, .return_values = ReturnValues::all_new});
    if (!answer) return answer.failure();
    return answer->attributes;
  }
  Result<Done> remove(TableId table, const Item& key, const Condition& condition = {}) {
    return just_done(call(DeleteItem{.table = table, .key = key, .condition = condition}));
  }
  std::optional<Item> get(TableId table, const Item& key) { return *call(GetItem{.table = table, .key = key}); }

  // Handles every event due until then and moves the clock there.
  void run_until(Instant until) {
    Event event;
    while (kernel.next(until, event)) tables.on_event(kernel, event);
    kernel.advance_to(until);
  }
  void run_for(Duration span) { run_until(kernel.now() + span); }

  template <class T>
  std::vector<Fact> facts() const {
    std::vector<Fact> found;
    for (const Fact& fact : trace.facts())
      if (fact.as<T>()) found.push_back(fact);
    return found;
  }
  template <class T>
  const T& last() const {
    SIM_CHECK(!trace.facts().empty() && trace.facts().back().as<T>(), "the last fact is of this kind");
    return *trace.facts().back().as<T>();
  }

  static Result<Done> just_done(const WriteAnswer& answer) { return answer ? Result<Done>(Done{}) : answer.failure(); }

  Trace trace;
  Kernel kernel;
  Tables tables{epoch};
  Actor client = Actor::client(0);
};

// Keys "id" and "at", a local index "by_n", and room for so few bytes in an item collection.                        [LSI-2]
inline TableSettings crowded_orders() {
  return {
      .name = "orders",
      .key = {.partition = "id", .sort = "at", .sort_type = Type::N},
      .indexes = {{.name = "by_n", .kind = IndexKind::local, .key = {.partition = "id", .sort = "n", .sort_type = Type::N}}},
      .item_collection_limit = 60};
}

}  // namespace weir::test
