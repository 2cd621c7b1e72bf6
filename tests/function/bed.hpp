// Functions before a service that only writes down what was done to it, and when.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/function/functions.hpp"
#include "sim/function/sites.hpp"
#include "sim/kernel/door.hpp"
#include "tests/catch.hpp"
#include "tests/kernel/bed.hpp"

namespace weir {

inline Item row(const std::string& id) { return {{"id", id}}; }

// One table, "views" (number 7), keyed by the string "id". `refuse` is the answer to writes, unless it is none.
class NotebookService final : public ServicePort {
 public:
  struct Effect {
    std::string what, id;
    Instant at{};
    FactIndex cause = no_fact;
    Actor actor;
  };

  explicit NotebookService(Kernel& kernel) : kernel_(kernel) {}

  std::vector<Effect> effects;
  std::map<std::string, Item> items;
  ServiceError refuse = ServiceError::none;
  TableId on_demand_table{8};
  Duration settling{};                          // of transactions
  std::vector<StreamDescription> descriptions;  // what describe_stream answers, one after the other; then one of shard 4
  std::vector<RecordsPage> pages;               // what get_records answers, one after the other; then empty ones

  WriteAnswer call(const PutItem& request, const Actor& actor) override {
    const std::string id(request.item.find_string("id").value());
    note("put", request.table, id, actor);
    if (refuse != ServiceError::none) return refuse;
    items[id] = request.item;
    return WriteOutput{};
  }
  WriteAnswer call(const UpdateItem& request, const Actor& actor) override {
    note("update", request.table, std::string(request.key.find_string("id").value()), actor);
    return WriteOutput{request.key};
  }
  WriteAnswer call(const DeleteItem& request, const Actor& actor) override {
    const std::string id(request.key.find_string("id").value());
    note("remove", request.table, id, actor);
    items.erase(id);
    return WriteOutput{};
  }
  GetItem::Answer call(const GetItem& request, const Actor& actor, const Key&) override {
    const std::string id(request.key.find_string("id").value());
    note("get", request.table, id, actor);
    const auto found = items.find(id);
    return found == items.end() ? std::optional<Item>() : std::optional(found->second);
  }
  Query::Answer call(const Query& request, const Actor& actor, const Key&) override {
    note("query", request.table, "", actor);
    return Page{};
  }
  // Two items a page.
  Scan::Answer call(const Scan& request, const Actor& actor, const Key&) override {
    note("scan", request.table, "", actor);
    Page page;
    const std::optional<std::string_view> start = request.page.exclusive_start_key.find_string("id");
    auto next = start ? items.upper_bound(std::string(*start)) : items.begin();
    for (; next != items.end() && page.count < 2; ++next, ++page.count) {
      page.items.push_back(next->second);
      page.last_evaluated_key = row(next->first);
    }
    if (next == items.end()) page.last_evaluated_key = {};
    return page;
  }
  // Leaves the last part undone.
  BatchWriteItem::Answer call(const BatchWriteItem& request, const Actor& actor, const Key& key) override {
    note("batch write, " + key.to_text(), TableId{7}, std::to_string(request.requests.size()), actor);
    return BatchWriteOutput{{request.requests.back()}};
  }
  BatchGetItem::Answer call(const BatchGetItem& request, const Actor& actor, const Key& key) override {
    note("batch get, " + key.to_text(), TableId{7}, std::to_string(request.tables.size()), actor);
    return BatchGetOutput{};
  }
  TransactWriteItems::Answer call(const TransactWriteItems& request, const Actor& actor, const Key& key) override {
    note("transact write, " + key.to_text(), TableId{7}, request.client_request_token, actor);
    TransactWriteItems::Answer answer = Done{};
    answer.settling = settling;
    return answer;
  }
  TransactGetItems::Answer call(const TransactGetItems& request, const Actor& actor) override {
    note("transact get", TableId{7}, std::to_string(request.gets.size()), actor);
    return std::vector<std::optional<Item>>(request.gets.size());
  }
  UpdateTimeToLive::Answer call(const UpdateTimeToLive& request, const Actor& actor) override {
    note(request.enabled ? "enable ttl" : "disable ttl", request.table, request.attribute_name, actor);
    return Done{};
  }
  DescribeTimeToLive::Answer call(const DescribeTimeToLive& request, const Actor& actor) override {
    note("describe ttl", request.table, "", actor);
    return TimeToLiveDescription{TimeToLiveStatus::enabling, "expires"};
  }
  Result<std::vector<ShardDescription>> describe(TableId table, const Actor& actor) override {
    note("describe", table, "", actor);
    return std::vector<ShardDescription>{{ShardId{4}, std::nullopt, false, SequenceNumber{1}}};
  }
  Result<StreamDescription> describe_stream(TableId table, const DescribeRequest& request, const Actor& actor) override {
    note("describe_stream", table, std::to_string(request.limit), actor);
    if (!descriptions.empty()) {
      const StreamDescription told = descriptions.front();
      descriptions.erase(descriptions.begin());
      return told;
    }
    return StreamDescription{.stream = StreamId{0}, .shards = {{ShardId{4}, std::nullopt, false, SequenceNumber{1}}}};
  }
  Result<StreamsPage> list_streams(TableId table, const ListStreamsRequest& request, const Actor& actor) override {
    note("list_streams", table, std::to_string(request.limit), actor);
    return StreamsPage{.streams = {{StreamId{0}, "arn", "label", "views"}}};
  }
  Result<IteratorId> get_shard_iterator(TableId table, ShardId shard, IteratorType, std::optional<SequenceNumber>,
                                        const Actor& actor) override {
    note("get_shard_iterator", table, std::to_string(shard.value), actor);
    return IteratorId{0};
  }
  Result<RecordsPage> get_records(IteratorId iterator, int limit, const Actor& actor) override {
    note("get_records", TableId{7}, std::to_string(limit), actor);
    RecordsPage page;
    if (iterator.value < pages.size()) page = pages[iterator.value];
    auto ids = std::make_shared<std::vector<RecordId>>();
    for (const StreamRecord& record : page.records) ids->push_back(record.id);
    kernel_.note(PageRead{StreamId{0}, ShardId{4}, std::move(ids), false, actor});
    page.next = IteratorId{iterator.value + 1};
    return page;
  }
  Result<MessageId> send_message(QueueId, const OutgoingMessage& message, const Actor& actor) override {
    note("send", TableId{7}, message.body, actor);
    return MessageId{effects.size()};
  }
  Result<std::vector<Message>> receive_messages(QueueId, int most, const Actor& actor) override {
    note("receive", TableId{7}, std::to_string(most), actor);
    return std::vector<Message>{};
  }
  Result<Done> remove_message(QueueId, const Receipt& receipt, const Actor& actor) override {
    note("remove message", TableId{7}, std::to_string(receipt.message.value), actor);
    return Done{};
  }
  ListObjects::Answer call(const ListObjects& request, const Actor& actor) override {
    note("list objects", TableId{7}, request.prefix, actor);
    return std::vector<std::string>{"one"};
  }
  GetObject::Answer call(const GetObject& request, const Actor& actor) override {
    note("get object", TableId{7}, request.key, actor);
    return Failed{ServiceError::no_such_key};
  }
  PutObject::Answer call(const PutObject& request, const Actor& actor) override {
    note("put object", TableId{7}, request.key + " " + request.body, actor);
    return Done{};
  }
  DeleteObject::Answer call(const DeleteObject& request, const Actor& actor) override {
    note("delete object", TableId{7}, request.key, actor);
    return Done{};
  }
  std::optional<BucketId> bucket_named(std::string_view name) const override {
    return name == "archive" ? std::optional(BucketId{0}) : std::nullopt;
  }
  std::optional<QueueId> queue_named(std::string_view name) const override {
    return name == "letters" ? std::optional(QueueId{0}) : std::nullopt;
  }
  std::optional<TableId> table_named(std::string_view name) const override {
    return name == "views" ? std::optional(TableId{7}) : std::nullopt;
  }
  std::int64_t epoch_unix() const override { return 1'700'000'000; }
  bool on_demand(TableId table) const override { return table == on_demand_table; }

 private:
  void note(std::string what, TableId table, std::string id, const Actor& actor) {
    REQUIRE(table == TableId{7});
    effects.push_back({std::move(what), std::move(id), kernel_.now(), kernel_.cause(), actor});
  }

  Kernel& kernel_;
};

struct FunctionBed : KernelBed {
  using KernelBed::KernelBed;

  FunctionId add(Handler handler, Duration timeout = 3s) {
    return functions.add({.name = "f", .handler = "f", .timeout = timeout}, std::move(handler));
  }
  // Invokes as mapping "m" on shard "0" with `count` records numbered from 1.
  InvocationId invoke(FunctionId function, std::uint64_t batch = 0, std::uint32_t attempt = 0, std::size_t count = 1) {
    auto event = std::make_shared<StreamEvent>();
    auto ids = std::make_shared<std::vector<RecordId>>();
    for (std::size_t i = 1; i <= count; ++i) {
      StreamRecord record;
      record.id = RecordId{i};
      record.sequence_number = SequenceNumber{i};
      event->records.push_back(record);
      ids->push_back(RecordId{i});
    }
    return functions.invoke(kernel, service,
                            {.function = function,
                             .mapping = MappingId{0},
                             .shard = ShardId{0},
                             .batch = batch,
                             .attempt = attempt,
                             .mapping_name = "m",
                             .shard_path = "0",
                             .event = event,
                             .records = ids});
  }
  void run(Instant until = never) {
    Event event;
    while (kernel.next(until, event)) functions.on_event(kernel, event, service);
  }
  // Runs until nothing is due, and hands out the one answer there is.
  Answer answer() {
    run();
    std::vector<Answer> answers = functions.take_answers();
    REQUIRE(answers.size() == 1);
    return answers.front();
  }

  NotebookService service{kernel};
  Functions functions;
};

// Puts rows "0", "1", ... one after the other.
inline Handler puts(int count) {
  return [count](const StreamEvent&, Context& context) {
    TableClient views = context.table("views");
    for (int i = 0; i < count; ++i) (void)views.put(row(std::to_string(i)));
    return BatchResponse::ok();
  };
}

inline Deviation outcome_of_first(Outcome outcome) {
  return {"function.outcome", "trigger m / shard 0 / batch 0 / attempt 0", ChoiceCodec<Outcome>::encode(outcome)};
}

}  // namespace weir
