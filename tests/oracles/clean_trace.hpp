// A trace in which nothing goes wrong and every promise is put to the test: a batch that is delivered again after a crash, a
// split, a renewal, a TTL deletion that is archived, a removal, and a trim.
#pragma once

#include "tests/oracles/trace_builder.hpp"

namespace weir::test {

struct CleanTrace : TraceBuilder {
  TableId orders, views, totals, archive, served;
  StreamId stream;
  ShardId root, left, right;
  MappingId mirror;
  std::vector<RecordId> records;
  FactIndex first_write = 0;

  CleanTrace() {
    orders = table("orders", "expires_at");
    views = table("views");
    totals = table("totals");
    archive = table("archive");
    served = table("served");
    const IndexId by_revision = index(archive, "by_revision", "revision");
    std::tie(stream, root) = TraceBuilder::stream(orders);
    mirror = mapping(stream, "mirror");
    role({.name = "mirror", .managed = {"AWSLambdaDynamoDBExecutionRole"}, .statements = {test::allow({"dynamodb:*Item"})}},
         "mirror");
    note(ShardStarted{mirror, root});

    at(1s);
    first_write = put(orders, order("A", 3, 1, 3600));
    records.push_back(append(first_write, root));
    at(2s);
    records.push_back(append(put(orders, order("B", 5, 2, 90'000)), root));
    at(3s);
    const InvocationId crashed = start(mirror, root, {records[0], records[1]});
    put(views, order("A", 3, 1, 3598), Actor::of(crashed));
    total(1, 3, crashed);
    end(crashed, InvocationOutcome::crashed);
    note(RetryScheduled{mirror, root, 0, 1, 1s});
    at(4s);
    const InvocationId again = start(mirror, root, {records[0], records[1]}, 1);
    put(views, order("B", 5, 2, 89'998), Actor::of(again));
    total(2, 8, again);
    note(ItemRead{orders, ItemKey(AttributeValue("A")), order("A", 3, 1, 3597), false, Actor::of(again)});
    put(served, item("A"), Actor::of(again));
    end(again);
    settle(mirror, root, {records[0], records[1]});

    at(10s);
    note(ShardClosed{stream, root});
    left = shard(stream, root);
    right = shard(stream, root);
    note(ShardFinished{mirror, root});
    note(ShardStarted{mirror, left});
    note(ShardStarted{mirror, right});
    at(20s);
    records.push_back(append(put(orders, order("A", 4, 3, 3600)), left));
    const InvocationId third = start(mirror, left, {records[2]});
    put(views, order("A", 4, 3, 3600), Actor::of(third));
    total(2, 9, third);
    end(third);
    settle(mirror, left, {records[2]});

    const Actor tail = Actor::of(ReaderId{0});
    note(IteratorIssued{stream, root, IteratorType::trim_horizon, tail});
    note(PageRead{stream, root, list({records[0]}), false, tail});
    note(PageRead{stream, root, list({records[1]}), true, tail});

    at(2h);
    records.push_back(append(ttl_remove(orders, "A"), left));
    const InvocationId fourth = start(mirror, left, {records[3]});
    remove(views, "A", Actor::of(fourth));
    total(1, 5, fourth);
    const Item archived = item("A", {{"revision", 3}});
    heard(by_revision, put(archive, archived, Actor::of(fourth)), 3, archived);
    end(fourth);
    settle(mirror, left, {records[3]});
    records.push_back(append(remove(orders, "B"), right));
    const InvocationId fifth = start(mirror, right, {records[4]});
    remove(views, "B", Actor::of(fifth));
    total(0, 0, fifth);
    end(fifth);
    settle(mirror, right, {records[4]});

    at(25h);
    note(Trimmed{stream, root, 2, records[1]});
    note(ShardGone{stream, root});
    note(TransactionCanceled{"[ConditionalCheckFailed]", Actor::client(0)});
    at(30h);
    note(CapacitySet{served, "", BillingMode::provisioned, 1, 1, 5, 5, 1, 300s, true});
    note(CapacityAsked{served, "", "0", CapacityUse::read, 1, CapacityAnswer::served, tail});
    note(QueueDeclared{QueueId{0}, "letters", QueueKind::fifo, 30s, 96h});
    note(MessageSent{QueueId{0}, MessageId{0}, "body", "group", "id", false});
    note(MessageReceived{QueueId{0}, MessageId{0}, 1, tail});
    note(MessageGone{QueueId{0}, MessageId{0}, MessageEnd::removed});
    finish();
  }

  // Expiry counts from the instant of the call.
  Item order(std::string_view id, int value, int revision, std::int64_t expires_in) const {
    return item(id, {{"value", value}, {"revision", revision}, {"group", "g0"}, {"expires_at", unix_now() + expires_in}});
  }
  void total(int count, int sum, InvocationId by) {
    put(totals, item("g0", {{"count", count}, {"total", sum}}), Actor::of(by));
  }

  // The n-th fact of a kind.
  template <class T>
  Fact& nth(std::size_t n) {
    for (Fact& fact : facts)
      if (std::holds_alternative<T>(fact.what) && n-- == 0) return fact;
    throw std::out_of_range("no such fact");
  }
  template <class T>
  T& body(std::size_t n) {
    return std::get<T>(nth<T>(n).what);
  }
};

inline const std::vector<OracleSpec>& all_specs() {
  static const std::vector<OracleSpec> specs{
      {"O-STREAM", {}},
      {"O-ORDER-STREAM", {}},
      {"O-IMAGES", {}},
      {"O-LIN", {}},
      {"O-RETENTION", {}},
      {"O-TTL", {}},
      {"O-DELIVERY", {}},
      {"O-PAGES", {}},
      {"O-ARN", {}},
      {"O-ATOM", {}},
      {"O-INDEX", {}},
      {"O-CAPACITY", {}},
      {"O-ACCESS", {}},
      {"O-CONV", {{"source", "orders"}, {"view", "views"}, {"fold", "copy"}}},
      {"O-CONV", {{"source", "orders"}, {"view", "totals"}, {"fold", "count"}, {"group", "group"}}},
      {"O-CONV", {{"source", "orders"}, {"view", "totals"}, {"fold", "sum"}, {"value", "value"}, {"group", "group"}}},
      {"O-ONCE", {{"source", "orders"}, {"view", "totals"}, {"fold", "count"}}},
      {"O-ONCE", {{"source", "orders"}, {"view", "totals"}, {"fold", "sum"}, {"value", "value"}, {"group", "group"}}},
      {"O-ORDER", {{"view", "views"}, {"version", "revision"}, {"source", "orders"}}},
      {"O-ORDER", {{"view", "views"}, {"version", "revision"}, {"when", "end"}}},
      {"O-NOLOSS", {{"mapping", "mirror"}}},
      {"O-ACCT", {{"mapping", "mirror"}}},
      {"O-RETRY", {{"mapping", "mirror"}, {"retries", "1"}, {"age", "1min"}}},
      {"O-LIVE", {{"mapping", "mirror"}, {"within", "10min"}, {"wait", "6h"}}},
      {"O-READ", {{"source", "orders"}, {"effects", "served"}}},
      {"O-ARCH", {{"source", "orders"}, {"archive", "archive"}, {"incarnation", "revision"}}},
      {"O-BOUND", {{"table", "orders"}, {"lives", "1h"}, {"most", "2"}}},
      {"O-QUEUE", {{"queue", "letters"}}},
  };
  return specs;
}

}  // namespace weir::test
