// What a consumer is to Weir: a plain function, and the clients it is handed.
//
// A Handler is what an event source mapping calls; a ReaderBody is a program of its own that reads the stream by the shard
// API. Both are ordinary sequential code on a fiber: each client call is a point where virtual time passes, others run and
// a fault may strike before or after the effect. Keep state in tables, or in the container: anything else (captured variables,
// statics) lives on between runs and breaks replay. Clients and references are valid during the call only.
//
//   container  AWS's execution environment, in which one invocation runs at a time: context.container<T>() is a T that the
//              next invocation there finds again, as it would find a variable of its module. New, and T{}, at a cold start;
//              gone after a crash or time-out, and with the run. Which one an invocation meets is a choice
//              (function.container; calm: the same one, as long as it is idle)                [INV-4] [RT-6]
//   killed     a time limit or crash makes this and each later client call throw a type of its own, with no effect; code
//              that swallows it with catch (...) ends all the same                            [RETRY-1]
//   stack      256 KiB, of which what a handler calls needs a part: what is large belongs on the heap. Code that goes past
//              its end meets a page that may not be touched, and the program ends
//   throwing   any other exception that leaves a handler is a function error                  [RETRY-1]
//   endless    code that loops without a call hangs the run: virtual time stands still between calls, so no time limit comes,
//              and what could stop it in between (a clock, a count of instructions) would stop it elsewhere in another build
#pragma once

#include <any>
#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/data/record.hpp"
#include "sim/queue/message.hpp"
#include "sim/queue/object_requests.hpp"
#include "sim/stream/description.hpp"
#include "sim/table/batch_requests.hpp"
#include "sim/table/read_requests.hpp"
#include "sim/table/requests.hpp"
#include "sim/table/transaction_requests.hpp"
#include "sim/table/ttl_requests.hpp"
#include "sim/trace/facts_stream.hpp"

namespace weir {

// What a handler answers.                                                                    [RBIF-1 .. RBIF-5]
struct BatchResponse {
  // itemIdentifier entries; nullopt stands for a null identifier, "" for an empty one: both mean "all failed".
  std::vector<std::optional<std::string>> batch_item_failures;
  std::optional<Item> state{};  // of a tumbling window: must be there with one, means nothing without [WIN-3]

  static BatchResponse ok() { return {}; }
  // This record and everything after it comes again.                                        [RBIF-3]
  static BatchResponse retry_from(SequenceNumber number) { return {{to_wire(number)}}; }
  static BatchResponse with_state(Item kept) { return {{}, std::move(kept)}; }
};

// What an event of a mapping with tumbling windows says beside its records.                  [WIN-1] [WIN-2]
struct TumblingWindow {
  std::int64_t start_unix = 0, end_unix = 0;  // seconds; the end is outside
  Item state;                                 // what the window's last invocation that ended well kept; {} at first
  std::string shard_id;                       // as the wire spells it
  bool is_final = false;                      // isFinalInvokeForWindow: there may be no records
  bool is_terminated_early = false;           // isWindowTerminatedEarly                    [WIN-4]
};

struct StreamEvent {
  std::vector<StreamRecord> records;  // of one shard, in sequence order                      [POLL-6]
  std::string event_source_arn;
  std::shared_ptr<const TumblingWindow> window{};  // nullptr: the mapping has none
};

class CallDoor;  // how a client reaches the model; see door_calls.hpp

// One table, as DynamoDB's item API shows it. Cheap to copy. The named methods are what most code needs; call() takes a request
// with everything that can be asked, and fills in its table.
class TableClient {
 public:
  TableClient(CallDoor& door, std::uint32_t table) : door_(&door), table_(table) {}

  Result<Done> put(const Item& item, const Condition& condition = {});
  Result<Item> update(const Item& key, const Update& update, const Condition& condition = {});  // the item after it
  Result<Done> remove(const Item& key, const Condition& condition = {});                        // DeleteItem
  Result<std::optional<Item>> get(const Item& key);                                             // strongly consistent
  Result<std::vector<Item>> scan();                                                             // all pages, hash order

  WriteAnswer call(PutItem request);
  WriteAnswer call(UpdateItem request);
  WriteAnswer call(DeleteItem request);
  GetItem::Answer call(GetItem request);
  Query::Answer call(Query request);  // one page, as is that of a Scan
  Scan::Answer call(Scan request);
  UpdateTimeToLive::Answer call(UpdateTimeToLive request);
  DescribeTimeToLive::Answer call(DescribeTimeToLive request = {});

  // The same for parts of calls that go over several tables: fills in this one.
  template <class Request>
  Request of(Request request) const {
    request.table = TableId{table_};
    return request;
  }

 private:
  CallDoor* door_;
  std::uint32_t table_;
};

// One table's stream, as the DynamoDB Streams API shows it.
class StreamsClient {
 public:
  StreamsClient(CallDoor& door, std::uint32_t table) : door_(&door), table_(table) {}

  Result<std::vector<ShardDescription>> describe();  // all pages of the latest stream, as one call   [SHARD-9]
  Result<StreamDescription> describe_stream(const DescribeRequest& request = {});  // one page       [SAPI-1]
  Result<StreamsPage> list_streams(const ListStreamsRequest& request = {});        // of the table, or of all
  Result<IteratorId> get_shard_iterator(ShardId shard, IteratorType type, std::optional<SequenceNumber> number = {});
  Result<RecordsPage> get_records(IteratorId iterator, int limit = 1000);  // [GREC-1] [GREC-2]

 private:
  CallDoor* door_;
  std::uint32_t table_;
};

// One queue, as SQS shows it: queues.hpp.
class QueueClient {
 public:
  QueueClient(CallDoor& door, std::uint32_t queue) : door_(&door), queue_(queue) {}

  Result<MessageId> send(const OutgoingMessage& message);
  Result<std::vector<Message>> receive(int most = 10);  // what can be received now; does not wait for more
  Result<Done> remove(const Receipt& receipt);          // DeleteMessage

 private:
  CallDoor* door_;
  std::uint32_t queue_;
};

// One bucket, as S3 shows it: buckets.hpp.
class BucketClient {
 public:
  BucketClient(CallDoor& door, std::uint32_t bucket) : door_(&door), bucket_(bucket) {}

  Result<std::vector<std::string>> list(std::string_view prefix = {}, std::string_view start_after = {});  // a page of keys
  Result<std::string> get(std::string_view key);
  Result<Done> put(std::string_view key, std::string_view body);
  Result<Done> remove(std::string_view key);  // DeleteObject

 private:
  CallDoor* door_;
  std::uint32_t bucket_;
};

// What surrounds a call: the way to tables, the clock, the time left.
class Context {
 public:
  explicit Context(CallDoor& door) : door_(&door) {}

  // By name, or by ARN: throws std::invalid_argument where there is no such table. An ARN that is malformed has a client whose
  // calls answer ValidationException, as the service has it; that of a stream throws.                        [TABLE-2]
  TableClient table(std::string_view name_or_arn) const;
  StreamsClient stream(std::string_view table) const;
  BatchWriteItem::Answer call(const BatchWriteItem& request) const;
  BatchGetItem::Answer call(const BatchGetItem& request) const;
  TransactWriteItems::Answer call(const TransactWriteItems& request) const;
  TransactGetItems::Answer call(const TransactGetItems& request) const;
  QueueClient queue(std::string_view name) const;    // throws std::invalid_argument for an unknown name
  BucketClient bucket(std::string_view name) const;  // likewise
  Instant now() const;
  std::int64_t unix_seconds() const;
  Duration remaining_time() const;  // until the function's time limit; a reader has none (Duration::max())
  void sleep(Duration span) const;  // a point where others run
  void log(std::string_view line) const;

  // Does branch(0) .. branch(count - 1) beside each other, as Promise.all would: each goes on by itself from call to call, so
  // that faults and the order in which calls end are the explorer's. All use the handler's own clients. Returns when all are
  // over; then it throws what the first to fail threw, if one did. Branches have none of their own, and readers none at all.
  void concurrently(std::size_t count, const std::function<void(std::size_t)>& branch) const;

  // What the container keeps; a function's handlers agree on one T. A reader is a program of its own and has none.
  template <std::copyable T>
  requires std::default_initializable<T> T& container() const {
    std::any& kept = kept_in_container();
    if (!kept.has_value()) kept.emplace<T>();
    T* const state = std::any_cast<T>(&kept);
    if (state == nullptr) throw std::logic_error("a container keeps one type of state, the one asked for first");
    return *state;
  }

 private:
  std::any& kept_in_container() const;

  CallDoor* door_;
};

using Handler = std::function<BatchResponse(const StreamEvent&, Context&)>;
using ReaderBody = std::function<void(Context&)>;

// The user's code by name: "count", or "count/broken" and "count/fixed" where a scenario bundles two variants.
struct Handlers {
  std::map<std::string, Handler, std::less<>> functions;
  std::map<std::string, ReaderBody, std::less<>> readers;
};

// Which retries of AWS's SDKs a client makes by itself, that of a function, a reader or a scenario's workload, load or step:
// none, 3 tries a call in all, or up to 10 more after the first. See sdk_retries.hpp.          [WIRE-6]
enum class SdkRetries : std::uint8_t { none, standard, legacy };

struct FunctionSettings {
  std::string name;
  std::string handler = {};  // a name in Handlers::functions; default: the function's name
  Duration timeout = 3s;     // up to 900s                                                       [INV-1]
  SdkRetries sdk_retries = SdkRetries::none;
  std::string role = {};  // of its code and of the mappings that call it; "": may do everything  [ESM-29]
  std::optional<std::int64_t> reserved_concurrency = {};  // 0: none runs                          [POLL-12]
  friend bool operator==(const FunctionSettings&, const FunctionSettings&) = default;
};

struct ReaderSettings {
  std::string name;
  std::string reader = {};  // a name in Handlers::readers; default: the reader's name
  Duration start_at{};
  std::string role = {};                      // as a function's
  SdkRetries sdk_retries = SdkRetries::none;  // of its calls to tables, streams, queues and buckets
  friend bool operator==(const ReaderSettings&, const ReaderSettings&) = default;
};

}  // namespace weir
