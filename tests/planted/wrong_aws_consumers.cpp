// The consumers of the scenarios on which planted defects show.
#include <stdexcept>

#include "scenarios/catalogue/consumers.hpp"
#include "tests/planted/wrong_aws_scenarios.hpp"

namespace weir::test {

namespace {

BatchResponse count(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records)
    if (record.event_name == EventName::insert)
      (void)totals.update(Item{{"group", "g0"}}, Update().add("count", AttributeValue(1)));
  return BatchResponse::ok();
}

// Counts whatever comes: that these are orders of the group is the filter's business.
BatchResponse count_all(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (std::size_t i = 0; i < event.records.size(); ++i)
    (void)totals.update(Item{{"group", "g0"}}, Update().add("count", AttributeValue(1)));
  return BatchResponse::ok();
}

// Counts by reading the total and putting one more.
BatchResponse add_up(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::insert) continue;
    const std::optional<Item> total = *totals.get(Item{{"group", "g0"}});
    const Number before = total ? *total->get("count")->as_number() : Number(0);
    (void)totals.put(Item{{"group", "g0"}, {"count", AttributeValue(*before.add(1))}});
  }
  return BatchResponse::ok();
}

// Counts in two tables by one transaction for each record, which a marker keeps from being counted again.
BatchResponse transact(const StreamEvent& event, Context& context) {
  const TableClient totals = context.table("totals"), marks = context.table("marks");
  for (const StreamRecord& record : event.records) {
    TransactWriteItems both;
    both.actions.push_back(totals.of(UpdateItem{.key = Item{{"group", "g0"}}, .update = Update().add("count", 1)}));
    both.actions.push_back(marks.of(PutItem{.item = Item{{"id", record.event_id()}}, .condition = attribute_not_exists("id")}));
    const TransactWriteItems::Answer answer = context.call(both);
    const bool counted_before = answer.failed_with(ServiceError::transaction_canceled) &&
                                answer.reasons.at(1).code == CancellationCode::conditional_check_failed;
    if (!answer && !counted_before) throw std::runtime_error("the total could not be written");
  }
  return BatchResponse::ok();
}

// The same without a marker, for a world in which no record comes twice: the SDK alone sends a transaction again.
BatchResponse transact_once(const StreamEvent& event, Context& context) {
  const TableClient totals = context.table("totals");
  for (std::size_t i = 0; i < event.records.size(); ++i) {
    TransactWriteItems one;
    one.actions.push_back(totals.of(UpdateItem{.key = Item{{"group", "g0"}}, .update = Update().add("count", 1)}));
    if (!context.call(one)) throw std::runtime_error("the total could not be written");
  }
  return BatchResponse::ok();
}

// Copies by batch calls, and sends again what they leave undone.
BatchResponse hand_over(const StreamEvent& event, Context& context) {
  const TableClient view = context.table("view"), marks = context.table("marks");
  for (const StreamRecord& record : event.records) {
    BatchWriteItem batch;
    if (record.new_image)
      batch.requests.push_back(view.of(WriteRequest{.request = PutRequest{*record.new_image}}));
    else
      batch.requests.push_back(view.of(WriteRequest{.request = DeleteRequest{record.keys}}));
    batch.requests.push_back(marks.of(WriteRequest{.request = PutRequest{record.keys}}));
    for (int tries = 0; !batch.requests.empty(); ++tries) {
      const BatchWriteItem::Answer answer = context.call(batch);
      if (!answer || tries == 20) throw std::runtime_error("the view could not be written");
      batch.requests = answer->unprocessed;
    }
  }
  return BatchResponse::ok();
}

BatchResponse look(const StreamEvent& event, Context& context) {
  TableClient sessions = context.table("sessions");
  for (const StreamRecord& record : event.records) (void)sessions.get(record.keys);
  return BatchResponse::ok();
}

BatchResponse ignore(const StreamEvent&, Context&) { return BatchResponse::ok(); }

BatchResponse choke(const StreamEvent& event, Context&) {
  for (const StreamRecord& record : event.records)
    if (record.new_image && record.new_image->has("poison")) throw std::runtime_error("poison");
  return BatchResponse::ok();
}

// Copies; what is marked to fail does so the first time, and its mark says that it has.
BatchResponse copy_in_part(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view"), marks = context.table("marks");
  BatchResponse response;
  for (const StreamRecord& record : event.records) {
    const Result<std::optional<Item>> mark = marks.get(record.keys);
    const bool fails = record.new_image->has("fails") && !(mark && *mark);
    const bool done = fails ? marks.put(record.keys).ok() : view.put(*record.new_image).ok();
    if (fails || !done)
      response.batch_item_failures.insert(response.batch_item_failures.begin(), to_wire(record.sequence_number));
    if (!done) break;  // the rest comes again with it
  }
  return response;
}

// Reads the first shard in small pages, from the oldest record, once after too long a wait.
void patient(Context& context) {
  StreamsClient stream = context.stream("orders");
  context.sleep(1min);
  const auto shards = stream.describe();
  if (!shards) return;
  const ShardId root = shards->front().shard;
  const auto old = stream.get_shard_iterator(root, IteratorType::trim_horizon);
  context.sleep(20min);
  if (old) (void)stream.get_records(*old, 2);
  const auto fresh = stream.get_shard_iterator(root, IteratorType::trim_horizon);
  std::optional<IteratorId> next;
  if (fresh) next = *fresh;
  for (int i = 0; next && i < 40; ++i) {
    const auto page = stream.get_records(*next, 2);
    context.sleep(1s);
    if (page) next = page->next;
  }
}

// Asks for an iterator just before the oldest records go, and uses it just after.
void late(Context& context) {
  StreamsClient stream = context.stream("orders");
  context.sleep(24h + 3min);
  const auto shards = stream.describe();
  if (!shards) return;
  const auto old = stream.get_shard_iterator(shards->front().shard, IteratorType::trim_horizon);
  context.sleep(10min);
  if (old) (void)stream.get_records(*old, 2);
}

// Sends two messages of a group, the first one twice, and looks again and again at what is out.
void hurried(Context& context) {
  QueueClient queue = context.queue("steps");
  for (const char* id : {"one", "two", "one"}) (void)queue.send({.body = id, .group = "g", .deduplication_id = id});
  for (int i = 0; i < 6; ++i) {
    const auto received = queue.receive(1);
    context.sleep(i == 3 ? 2min : Duration(1s));
    if (i > 3 && received && !received->empty()) (void)queue.remove(received->front().receipt);
  }
}

}  // namespace

Handlers wrong_aws_consumers() {
  Handlers all;
  all.functions = {{"mirror", catalogue_consumers().functions.at("mirror")},
                   {"per_minute", catalogue_consumers().functions.at("per_minute")},
                   {"count", count},
                   {"count_all", count_all},
                   {"look", look},
                   {"ignore", ignore},
                   {"choke", choke},
                   {"copy_in_part", copy_in_part},
                   {"add_up", add_up},
                   {"hand_over", hand_over},
                   {"transact", transact},
                   {"transact_once", transact_once}};
  all.readers = {{"patient", patient}, {"late", late}, {"hurried", hurried}};
  return all;
}

}  // namespace weir::test
