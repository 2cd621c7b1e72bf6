#include "scenarios/catalogue/consumers.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/function/failure_records.hpp"
#include "sim/function/required.hpp"

namespace weir {

namespace {

// 01: copies each record's item to the table's replica, as the workshop's function does. Idempotent, and in order for one
// item. [POLL-8]
BatchResponse replicate(const StreamEvent& event, Context& context) {
  TableClient replica = context.table("logfile_replica");
  for (const StreamRecord& record : event.records) {
    const bool removed = record.event_name == EventName::remove;
    const bool written = removed ? replica.remove(record.keys).ok() : replica.put(new_image_of(record)).ok();
    if (!written) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

// 02: moves to the cold table what TTL has removed from the hot one. The key there names the item and its revision, so a later
// life of the item does not overwrite an earlier one, and a copy made twice is still one. [REC-6] [TTL-7]
BatchResponse chill(const StreamEvent& event, Context& context) {
  TableClient cold = context.table("cold");
  for (const StreamRecord& record : event.records) {
    if (!record.by_ttl) continue;  // a client's deletion is no expiry
    if (!cold.put(old_image_of(record))) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

// Adds `sign` orders of `order`'s value to its group, once for each record: the marker goes in with the sum or not at all.
// True when it is there, now or from before.
bool add_once(TableClient& totals, const Item& order, int sign, const std::string& marker) {
  const Number value = order.find_number("value").value_or(Number());
  const Update update = Update()
                            .add("count", AttributeValue(sign))
                            .add("total", AttributeValue(sign < 0 ? value.negated() : value))
                            .add("seen", AttributeValue::string_set({marker}));
  const Item row{{"group", attribute_of(order, "group")}};
  const Result<Item> written = totals.update(row, update, !contains("seen", AttributeValue(marker)));
  return written || written.failed_with(ServiceError::condition_failed);
}

// 03: keeps count and sum of the orders that are there, by group. A change takes the old image's part out and puts the new
// one's in; each half has a marker of its own, since both may go to one row. [POLL-8] [REC-3]
BatchResponse add_up(const StreamEvent& event, Context& context) {
  TableClient totals = context.table("totals");
  for (const StreamRecord& record : event.records) {
    const bool is_new = record.event_name == EventName::insert, removed = record.event_name == EventName::remove;
    const bool taken = is_new || add_once(totals, old_image_of(record), -1, record.event_id() + " out");
    if (!taken) return BatchResponse::retry_from(record.sequence_number);
    const bool added = removed || add_once(totals, new_image_of(record), 1, record.event_id() + " in");
    if (!added) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

// 04: asks a partner about each order, who takes 14 minutes to answer, and notes the order as priced. Correct, and too slow for
// a busy day. [INV-1]
BatchResponse price(const StreamEvent& event, Context& context) {
  TableClient priced = context.table("priced");
  for (const StreamRecord& record : event.records) {
    context.sleep(14min);
    if (!priced.put(new_image_of(record))) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

// 05: mirrors each order into a view. Safe under redelivery: a row gives way only to a later revision, and a removed order
// stays as a mark with the revision it had, which only a later one replaces. [POLL-8] [REC-7]
bool mirror_one(Context& context, const StreamRecord& record) {
  const bool removed = record.event_name == EventName::remove;
  const Item& image = latest_image_of(record);
  const Item row = removed ? image.with("removed", AttributeValue(true)) : image;
  const Condition same = compare(Path("revision"), Comparator::equal, number_of(row, "revision"));
  const Condition later = if_older("revision", row);
  const Result<Done> written = context.table("view").put(row, removed ? later || same : later);
  return written || written.failed_with(ServiceError::condition_failed);  // landed, or already newer
}
BatchResponse mirror(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!mirror_one(context, record)) throw std::runtime_error("the view could not be written");
  return BatchResponse::ok();
}

// 19: mirrors, and has what could not be written come again with all that is after it. What was written does not: to write it
// again would use the capacity that the rest is waiting for, even where its condition fails. [OP-5] [RBIF-3]
BatchResponse mirror_on(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records)
    if (!mirror_one(context, record)) return BatchResponse::retry_from(record.sequence_number);
  return BatchResponse::ok();
}

// 12: posts each order to a board as the index of its group shows it. When the index shows no such order, or an older one, it
// has not heard of this record's write yet, and the record comes again. [GSI-1] [RBIF-3]
BatchResponse look_up(const StreamEvent& event, Context& context) {
  TableClient orders = context.table("orders"), board = context.table("board");
  for (const StreamRecord& record : event.records) {
    const Item& image = new_image_of(record);
    KeyCondition which{.partition = attribute_of(image, "group")};
    which.sort = SortCondition{SortCondition::Kind::equal, attribute_of(image, "id")};
    const Query::Answer found = orders.call(Query{.key = which, .page = {.index_name = "by_group"}});
    const bool heard =
        found && !found->items.empty() && found->items[0].find_number("revision") >= image.find_number("revision");
    if (!heard) return BatchResponse::retry_from(record.sequence_number);
    const Item& order = found->items[0];
    const Result<Done> posted = board.put(order, if_older("revision", order));
    const bool settled = posted || posted.failed_with(ServiceError::condition_failed);
    if (!settled) return BatchResponse::retry_from(record.sequence_number);
  }
  return BatchResponse::ok();
}

// 09: converts each order into euro. A rate is looked up at most once a minute in each container and remembered meanwhile, so
// that most orders cost one write and no read; what is remembered may be lost or a minute old, and nothing else depends on it.
// [INV-4]
BatchResponse convert(const StreamEvent& event, Context& context) {
  struct Remembered {
    Item rate;
    Instant looked_up{};
  };
  TableClient rates = context.table("rates"), bills = context.table("bills");
  Remembered& known = context.container<Remembered>();
  if (known.rate.empty() || context.now() - known.looked_up >= 1min) {
    const Instant now = context.now();
    const Result<std::optional<Item>> rate = rates.get(Item{{"currency", "USD"}});
    if (!rate || !*rate) throw std::runtime_error("the rate is not known");
    known = {**rate, now};
  }
  for (const StreamRecord& record : event.records) {
    const Item bill = new_image_of(record).with("rate", attribute_of(known.rate, "rate"));
    if (!bills.put(bill)) throw std::runtime_error("the bill could not be written");
  }
  return BatchResponse::ok();
}

// 13: what the mirror gave up it makes up for: reads back what each letter names, while the stream still has it. [DEST-1]
bool made_up_for(Context& context, const Message& letter) {
  const std::optional<FailureAddress> address = failure_address(letter.body);
  if (!address) return true;
  const Result<std::vector<StreamRecord>> records = read_back(context.stream("orders"), *address);
  if (!records) return false;
  for (const StreamRecord& record : *records)
    if (!mirror_one(context, record)) return false;
  return true;
}
void redrive(Context& context) {
  QueueClient letters = context.queue("letters");
  for (;; context.sleep(15min)) {
    const Result<std::vector<Message>> received = letters.receive();
    if (!received) continue;
    for (const Message& letter : *received)
      if (made_up_for(context, letter)) (void)letters.remove(letter.receipt);
  }
}

constexpr std::string_view sum_of_group = "sum of ";

// 16: adds up the values of each minute's orders by group, in the window's state alone, so that a batch that comes again finds
// the sums as they were. The last call adds them to the totals under the event ID of the first record in them: no other window
// has it, of whatever shard, and the call may come again. A group may have any name, "first" too, so the sums are kept under
// names of their own. [WIN-3] [WIN-5] [WIN-9]
BatchResponse per_minute(const StreamEvent& event, Context& context) {
  Item state = window_of(event).state;
  for (const StreamRecord& record : event.records) {
    if (!state.has("first")) state = state.with("first", AttributeValue(record.event_id()));
    const std::string group = std::string(sum_of_group) + string_of(new_image_of(record), "group");
    const Number sum = state.find_number(group).value_or(Number());
    const Number value = new_image_of(record).find_number("value").value_or(Number());
    state = state.with(group, AttributeValue(sum_of(sum, value)));
  }
  if (!window_of(event).is_final || state.empty()) return BatchResponse::with_state(state);
  const std::string name = string_of(state, "first");
  for (const auto& [group, sum] : state.attributes()) {
    if (!group.starts_with(sum_of_group)) continue;
    const Update once = Update().add("total", sum).add("seen", AttributeValue::string_set({name}));
    const Item row{{"group", AttributeValue(group.substr(sum_of_group.size()))}};
    const Result<Item> written = context.table("totals").update(row, once, !contains("seen", AttributeValue(name)));
    const bool there = written || written.failed_with(ServiceError::condition_failed);
    if (!there) throw std::runtime_error("the total could not be written");
  }
  return BatchResponse::with_state(state);
}

// 18: what the mirror gave up it makes up for from a bucket: the records are in the objects, in either of two spellings, so it
// may come when the stream has long forgotten them. [DEST-1] [OPEN-14]
void redrive_objects(Context& context) {
  BucketClient failures = context.bucket("failures");
  for (;; context.sleep(30h)) {
    const Result<std::vector<std::string>> keys = failures.list("aws/lambda/");
    if (!keys) continue;
    for (const std::string& key : *keys) {
      const Result<std::string> object = failures.get(key);
      if (!object) continue;
      const std::vector<StreamRecord> records = records_in(*object);
      const auto done = [&](const StreamRecord& record) { return mirror_one(context, record); };
      if (std::all_of(records.begin(), records.end(), done)) (void)failures.remove(key);
    }
  }
}

}  // namespace

Handlers catalogue_consumers() {
  Handlers all;
  all.functions = {{"replicate", replicate}, {"chill", chill},     {"add_up", add_up},
                   {"price", price},         {"mirror", mirror},   {"mirror_on", mirror_on},
                   {"look_up", look_up},     {"convert", convert}, {"per_minute", per_minute}};
  all.readers = {{"redrive", redrive}, {"redrive_objects", redrive_objects}};
  return all;
}

}  // namespace weir
