// Transactions: against the obvious model (try each action on a copy; keep the copy if all are well), and rule by rule.
#include <map>

#include "tests/table/world.hpp"

using namespace weir;
using namespace weir::test;

namespace {

const TableSettings orders{.name = "orders", .key = {.partition = "id"}};

Item order(const std::string& id, int n = 0) { return {{"id", id}, {"n", n}}; }
Item key_of(const std::string& id) { return {{"id", id}}; }

struct Orders {
  explicit Orders(Plan plan = Plan::calm()) : world(std::move(plan)) {}
  TableWorld world;
  TableId table = world.create(orders);

  PutItem put(const std::string& id, int n = 0, Condition condition = {}) const {
    return {.table = table, .item = order(id, n), .condition = std::move(condition)};
  }
  UpdateItem add(const std::string& id, int n) const {
    return {.table = table, .key = key_of(id), .update = Update().add("n", n)};
  }
  ConditionCheck check(const std::string& id, Condition condition) const {
    return {.table = table, .key = key_of(id), .condition = std::move(condition)};
  }
  TransactWriteItems::Answer call(std::vector<TransactWriteItem> actions, std::string token = {}) {
    return world.call(TransactWriteItems{std::move(actions), std::move(token)});
  }
  std::vector<Item> contents() const { return world.tables.contents(table); }
};

std::vector<std::string> codes(const std::vector<CancellationReason>& reasons) {
  std::vector<std::string> names;
  for (const CancellationReason& reason : reasons) names.emplace_back(wire_name(reason.code));
  return names;
}

template <class Answer>
std::string refusal(const Answer& answer) {
  REQUIRE(answer.failed_with(ServiceError::validation));
  return std::string(answer.failure().message);
}

Deviation settling(Duration by) { return {"transaction.settling", "client 0", by.count()}; }

}  // namespace

TEST_CASE("a transaction does all of its actions or none, as its conditions find the items", "[TXN-1][TXN-2][TXN-4]") {
  WEIR_PROPERTY("for any series of transactions", [] {
    Orders bed;
    std::map<std::string, int> model;
    const int transactions = pick(1, 8);
    for (int t = 0; t < transactions; ++t) {
      std::map<std::string, int> tried = model;
      std::vector<TransactWriteItem> actions;
      std::vector<std::string> expected;
      const int first = pick(0, 5), count = pick(1, 5);
      for (int a = 0; a < count; ++a) {
        const std::string id = std::to_string((first + a) % 5);
        const bool there = model.count(id) != 0;
        const int n = pick(1, 4);
        const bool wants_there = pick(0, 3) > 0;
        const Condition guard = wants_there ? attribute_exists("id") : attribute_not_exists("id");
        bool holds = there == wants_there;
        switch (pick(0, 4)) {
          case 0:
            actions.emplace_back(bed.put(id, n, guard));
            tried[id] = n;
            break;
          case 1:
            actions.emplace_back(bed.add(id, n));
            holds = true;
            tried[id] += n;
            break;
          case 2:
            actions.emplace_back(DeleteItem{.table = bed.table, .key = key_of(id), .condition = guard});
            tried.erase(id);
            break;
          default:
            actions.emplace_back(bed.check(id, guard));
        }
        expected.emplace_back(holds ? "None" : "ConditionalCheckFailed");
      }
      const TransactWriteItems::Answer answer = bed.call(actions);
      const bool all = std::count(expected.begin(), expected.end(), "None") == count;
      RC_ASSERT(answer.ok() == all);
      if (all) model = tried;
      if (!all) RC_ASSERT(codes(answer.reasons) == expected);
      std::map<std::string, int> found;
      for (const Item& item : bed.contents())
        found[std::string(*item.find_string("id"))] = std::stoi(item.get("n")->as_number()->to_text());
      RC_ASSERT(found == model);
    }
  });
}

TEST_CASE("a cancelled transaction says why, action by action, and shows the item that was asked for",
          "[TXN-4][OP-4][MSG-31]") {
  Orders bed;
  REQUIRE(bed.world.put(bed.table, order("A", 1)));
  PutItem guarded = bed.put("A", 2, attribute_not_exists("id"));
  guarded.on_condition_failure = ReturnValuesOnConditionCheckFailure::all_old;
  UpdateItem wrong = bed.add("C", 1);
  wrong.update = Update().set("n", plus(path("m"), 1));
  const TransactWriteItems::Answer answer = bed.call({guarded, bed.put("B"), wrong});
  CHECK(answer.failed_with(ServiceError::transaction_canceled));
  CHECK(answer.failure().message ==
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[ConditionalCheckFailed, None, ValidationError]");
  CHECK(codes(answer.reasons) == std::vector<std::string>{"ConditionalCheckFailed", "None", "ValidationError"});
  CHECK(answer.reasons[0].item == order("A", 1));
  CHECK(answer.reasons[0].message == "The conditional request failed");
  CHECK(bed.contents() == std::vector<Item>{order("A", 1)});
  CHECK(bed.world.last<TransactionCanceled>().reasons == "[ConditionalCheckFailed, None, ValidationError]");
  CHECK(bed.world.last<TransactionCanceled>().messages ==
        "action 2: The provided expression refers to an attribute that does not exist in the item");
  CHECK(bed.world.facts<WriteRefused>().empty());
}

TEST_CASE("a transaction's writes are ordinary ones, caused by its commit, beginning with any of them",
          "[STREAM-16][TXN-8][OPEN-31]") {
  Orders bed(Plan::listed({{"transaction.first", "client 0", 1}}));
  REQUIRE(bed.call({bed.put("A"), bed.check("Z", attribute_not_exists("id")), bed.put("B"), bed.put("C")}).ok());
  const std::vector<Fact> commits = bed.world.facts<TransactionCommitted>();
  REQUIRE(commits.size() == 1);
  CHECK(commits[0].as<TransactionCommitted>()->writes == 3);
  CHECK(commits[0].as<TransactionCommitted>()->checks == 1);
  std::vector<std::string> order;
  for (const Fact& fact : bed.world.facts<Written>()) {
    CHECK(fact.cause == commits[0].index);
    order.push_back(fact.as<Written>()->key.to_text());
  }
  CHECK(order == std::vector<std::string>{"B", "C", "A"});
}

TEST_CASE("a token names a request for ten minutes after it finished", "[TXN-2][TXN-3]") {
  Orders bed(Plan::listed({settling(2s)}));
  const std::vector<TransactWriteItem> actions{bed.add("A", 1)};
  REQUIRE(bed.call(actions, "t1").ok());
  CHECK(bed.call(actions, "t1").failed_with(ServiceError::transaction_in_progress));
  bed.world.run_for(2s);
  CHECK(bed.call(actions, "t1").ok());
  CHECK(bed.world.last<TransactionRepeated>().token == "t1");
  CHECK(bed.contents() == std::vector<Item>{order("A", 1)});
  CHECK(bed.call({bed.add("A", 2)}, "t1").failed_with(ServiceError::idempotent_parameter_mismatch));
  CHECK(bed.call({bed.add("B", 1)}, "t1").failed_with(ServiceError::idempotent_parameter_mismatch));
  CHECK(bed.call({bed.put("A", 1)}, "t1").failed_with(ServiceError::idempotent_parameter_mismatch));
  bed.world.run_for(10min);
  CHECK(bed.call(actions, "t1").ok());
  CHECK(bed.contents() == std::vector<Item>{order("A", 1)});
  bed.world.run_for(1us);
  CHECK(bed.call(actions, "t1").ok());
  CHECK(bed.contents() == std::vector<Item>{order("A", 2)});
}

TEST_CASE("each token is kept for its own ten minutes", "[TXN-2]") {
  Orders bed;
  for (const char* token : {"t3", "t1", "t2"}) {
    REQUIRE(bed.call({bed.add(token, 1)}, token).ok());
    bed.world.run_for(4min);
  }
  // 12 min after the first, 8 and 4 after the others
  for (const char* token : {"t1", "t2", "t3"}) REQUIRE(bed.call({bed.add(token, 1)}, token).ok());
  CHECK(bed.contents() == std::vector<Item>{order("t3", 2), order("t1", 1), order("t2", 1)});  // in the order of hashes
}

TEST_CASE("a token of a cancelled transaction is free again", "[TXN-2]") {
  Orders bed;
  const std::vector<TransactWriteItem> actions{bed.add("A", 1), bed.check("B", attribute_exists("id"))};
  CHECK(bed.call(actions, "t1").failed_with(ServiceError::transaction_canceled));
  REQUIRE(bed.world.put(bed.table, order("B")));
  CHECK(bed.call(actions, "t1").ok());
  CHECK(bed.contents().size() == 2);
}

TEST_CASE("while a transaction settles, its items are bound to it", "[TXN-5][TXN-6][TXN-9]") {
  Orders bed(Plan::listed({settling(5s)}));
  REQUIRE(bed.world.put(bed.table, order("B")));
  REQUIRE(bed.call({bed.put("A", 1), bed.check("B", attribute_exists("id"))}).settling == 5s);
  const auto conflicts = [](const Result<Done>& result) { return result.failed_with(ServiceError::transaction_conflict); };
  CHECK(conflicts(bed.world.put(bed.table, order("A", 2))));
  CHECK(bed.world.last<WriteRefused>().error == ServiceError::transaction_conflict);
  CHECK(conflicts(bed.world.remove(bed.table, key_of("B"))));
  CHECK(bed.world.update(bed.table, key_of("A"), Update().add("n", 1)).failed_with(ServiceError::transaction_conflict));
  CHECK(bed.world.put(bed.table, order("C")).ok());
  CHECK(codes(bed.call({bed.put("D"), bed.put("A", 3)}).reasons) == std::vector<std::string>{"None", "TransactionConflict"});
  CHECK(bed.world.last<TransactionCanceled>().conflicts == "orders");
  const GetItem get{.table = bed.table, .key = key_of("A"), .consistent_read = true};
  CHECK(codes(bed.world.call(TransactGetItems{{get}}).reasons) == std::vector<std::string>{"TransactionConflict"});
  CHECK(bed.world.last<TransactionCanceled>().conflicts == "orders");
  CHECK(bed.call({bed.put("A", 3), bed.put("B")}).failed_with(ServiceError::transaction_canceled));
  CHECK(bed.world.last<TransactionCanceled>().conflicts == "orders\norders");  // each item that is held
  CHECK(*bed.world.call(get) == order("A", 1));                                // a plain read never conflicts
  const BatchWriteItem batch{{{bed.table, PutRequest{order("A", 9)}}, {bed.table, PutRequest{order("E")}}}};
  CHECK(bed.world.call(batch)->unprocessed == std::vector<WriteRequest>{batch.requests[0]});
  bed.world.run_for(5s);
  CHECK(bed.world.put(bed.table, order("A", 2)).ok());
  CHECK(bed.world.call(TransactGetItems{{get}})->at(0) == order("A", 2));
}

TEST_CASE("a batch write that transactions hold wholly is left unprocessed, not throttled", "[TXN-5][BOP-3][ERR-9]") {
  Orders bed(Plan::listed({settling(5s), {"batch.unprocessed", "client 0 / request 1", 1}}));
  REQUIRE(bed.call({bed.put("A", 1), bed.put("B", 1)}).settling == 5s);
  const WriteRequest held{bed.table, PutRequest{order("A", 9)}}, too{bed.table, DeleteRequest{key_of("B")}};
  const WriteRequest free{bed.table, PutRequest{order("C")}};
  CHECK(bed.world.call(BatchWriteItem{{held}})->unprocessed == std::vector<WriteRequest>{held});
  CHECK(bed.world.last<WriteRefused>().error == ServiceError::transaction_conflict);
  CHECK(bed.world.last<WriteRefused>().part);
  CHECK(bed.world.call(BatchWriteItem{{held, too}})->unprocessed == std::vector<WriteRequest>{held, too});
  CHECK(bed.world.call(BatchWriteItem{{held, free}})->unprocessed == std::vector<WriteRequest>{held, free});  // by chance
  CHECK(bed.contents().size() == 2);
  CHECK(bed.world.get(bed.table, key_of("A")) == order("A", 1));
  bed.world.run_for(5s);
  CHECK(bed.world.call(BatchWriteItem{{held}})->unprocessed.empty());
}

TEST_CASE("a token's request is the same only if every name and constant of it is", "[TXN-2][TXN-3]") {
  Orders bed;
  REQUIRE(bed.world.put(bed.table, order("A")));
  const auto twice = [&](TransactWriteItem one, TransactWriteItem other, const std::string& token) {
    REQUIRE(bed.call({one}, token).ok());
    return bed.call({std::move(other)}, token).error();
  };
  const auto check = [&](Condition condition) { return bed.check("A", std::move(condition)); };
  const auto set = [&](const SetExpression& value) {
    return UpdateItem{.table = bed.table, .key = key_of("A"), .update = Update().set("n", value)};
  };
  const ServiceError mismatch = ServiceError::idempotent_parameter_mismatch;
  const Path dotted = Path::attribute("a.b"), five = Path::attribute("5");
  CHECK(twice(check(attribute_not_exists(dotted)), check(attribute_not_exists("a.b")), "t1") == mismatch);
  CHECK(twice(check(compare(Path("n"), Comparator::not_equal, five)), check(compare(Path("n"), Comparator::not_equal, 5)),
              "t2") == mismatch);
  CHECK(twice(set(path(five, 5)), set(path(Path::attribute("5, 5"), 5)), "t3") == mismatch);
  CHECK(twice(bed.put("A", 0, attribute_exists("id")), bed.put("A", 0, attribute_exists("id")), "t4") == ServiceError::none);
}

TEST_CASE("a transaction has at most 4 MB of its own, whatever its conditions say and whatever is stored", "[TXN-1]") {
  const std::string too_large = "Collection size of transaction request exceeds the limit of 4194304 bytes";
  Orders bed;
  const auto large = [](int i) { return order(std::to_string(i)).with("b", std::string(400'000, 'x')); };
  std::vector<TransactWriteItem> updates, guarded, constants;
  for (int i = 0; i < 11; ++i) {
    REQUIRE(bed.world.put(bed.table, large(i)));
    updates.emplace_back(bed.add(std::to_string(i), 1));
    guarded.emplace_back(PutItem{.table = bed.table, .item = large(i), .condition = attribute_not_exists("id")});
    constants.emplace_back(UpdateItem{.table = bed.table,
                                      .key = key_of(std::to_string(i)),
                                      .update = Update().set("b", std::string(200'000, 'x')),
                                      .condition = compare(Path("b"), Comparator::equal, std::string(200'000, 'x'))});
  }
  CHECK(bed.call(updates).ok());
  CHECK(refusal(bed.call(guarded)) == too_large);
  CHECK(refusal(bed.call(constants)) == too_large);
  CHECK(bed.world.last<WriteRefused>().error == ServiceError::validation);

  TransactGetItems gets;
  for (int i = 0; i < 10; ++i) gets.gets.push_back({.table = bed.table, .key = key_of(std::to_string(i))});
  CHECK(bed.world.call(gets)->size() == 10);
  gets.gets.push_back({.table = bed.table, .key = key_of("10"), .projection = *Projection::of({"id"})});
  CHECK(refusal(bed.world.call(gets)) == too_large);
}

TEST_CASE("the bound of a transaction holds to the byte, for writes and for reads", "[TXN-1]") {
  for (const std::uint64_t over : {0, 1}) {
    Orders bed;
    std::vector<TransactWriteItem> puts;
    TransactGetItems gets;
    for (int i = 0; i < 11; ++i) {
      const std::uint64_t bytes = i < 10 ? 400'000 : 194'304 + over;
      const std::string id = std::string(1, static_cast<char>('A' + i));
      const Item item{{"id", id}, {"b", std::string(bytes - 4, 'x')}};
      REQUIRE(item.size_bytes() == bytes);
      puts.emplace_back(PutItem{.table = bed.table, .item = item});
      REQUIRE(bed.world.put(bed.table, item));
      gets.gets.push_back({.table = bed.table, .key = key_of(id)});
    }
    CHECK(bed.call(puts).ok() == (over == 0));
    CHECK(bed.world.call(gets).ok() == (over == 0));
  }
}

TEST_CASE("actions that are wrong by themselves are found before any item is looked at, and the first is told alone",
          "[TXN-4][ERR-6]") {
  Orders bed;
  REQUIRE(bed.world.put(bed.table, order("A", 1)));
  UpdateItem of_key = bed.add("C", 1);
  of_key.update = Update().set("id", "D");
  const PutItem keyless{.table = bed.table, .item = Item{{"n", 1}}};
  const TransactWriteItems::Answer answer = bed.call({bed.put("A", 2, attribute_not_exists("id")), of_key, keyless});
  CHECK(codes(answer.reasons) == std::vector<std::string>{"None", "ValidationError", "None"});
  CHECK(answer.reasons[1].message ==
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key");
  CHECK(bed.world.last<TransactionCanceled>().reasons == "[None, ValidationError, None]");

  const GetItem bad{.table = bed.table, .key = Item{{"n", 1}}}, good{.table = bed.table, .key = key_of("A")};
  CHECK(codes(bed.world.call(TransactGetItems{{good, bad, bad}}).reasons) ==
        std::vector<std::string>{"None", "ValidationError", "None"});
}

TEST_CASE("what a transaction shows to be wrong by itself is refused outright, in the words of the single write",
          "[TXN-4][ERR-6][ITEM-2][ITEM-3][ITEM-4][ITEM-5][GSI-7][MSG-8]") {
  TableWorld world;
  const TableId table =
      world.create({.name = "indexed",
                    .key = {.partition = "id"},
                    .indexes = {{.name = "by_group", .key = {.partition = "group", .sort = "at", .sort_type = Type::N}}}});
  const TableId binary = world.create({.name = "binary", .key = {.partition = "id", .partition_type = Type::B}});
  const AttributeValue no_bytes = AttributeValue::binary("");
  const auto put = [&](Item item) { return PutItem{.table = table, .item = std::move(item)}; };
  const auto update = [&](Update by) { return UpdateItem{.table = table, .key = key_of("A"), .update = std::move(by)}; };
  // The last of three, behind one that cancels for its type and one whose condition fails.
  const auto refused = [&](TransactWriteItem action) {
    const PutItem mistyped = put({{"id", "T"}, {"group", 5}});
    const ConditionCheck fails{.table = table, .key = key_of("F"), .condition = attribute_exists("id")};
    const TransactWriteItems::Answer answer = world.call(TransactWriteItems{{mistyped, fails, std::move(action)}});
    CHECK(answer.reasons.empty());
    REQUIRE_FALSE(answer.ok());
    CHECK(wire_name(answer.failure().error) == "ValidationException");
    return std::string(answer.failure().message);
  };

  AttributeValue nested = 1;
  for (int level = 1; level < 33; ++level) nested = AttributeValue::list({std::move(nested)});
  CHECK(refused(put({{"id", "A"}, {"b", std::string(409'600, 'x')}})) == "Item size has exceeded the maximum allowed size");
  CHECK(refused(put({{"id", "A"}, {"deep", nested}})).starts_with("Nesting Levels have exceeded supported limits"));
  CHECK(refused(put({{"id", "A"}, {"set", AttributeValue::string_set({})}})).find("An string set  may not be empty") !=
        std::string::npos);

  const std::string empty = "One or more parameter values are not valid. ";
  const std::string key = "The AttributeValue for a key attribute cannot contain an empty string value.";
  const std::string bytes = "The AttributeValue for a key attribute cannot contain an empty binary value. Key: id";
  CHECK(refused(put({{"id", ""}})) == empty + key + " Key: id");
  CHECK(refused(UpdateItem{.table = table, .key = key_of(""), .update = Update().set("n", 1)}) == empty + key + " Key: id");
  CHECK(refused(DeleteItem{.table = table, .key = key_of("")}) == empty + key + " Key: id");
  CHECK(refused(ConditionCheck{.table = table, .key = key_of(""), .condition = attribute_exists("id")}) ==
        empty + key + " Key: id");
  CHECK(refused(PutItem{.table = binary, .item = Item{{"id", no_bytes}}}) == empty + bytes);
  CHECK(refused(DeleteItem{.table = binary, .key = Item{{"id", no_bytes}}}) == empty + bytes);
  CHECK(refused(put({{"id", std::string(2049, 'x')}})).find("Size of hashkey has exceeded") != std::string::npos);

  CHECK(refused(put({{"id", "A"}, {"group", ""}})) == empty + "A value specified for a secondary index key is not supported. " +
                                                          key + " IndexName: by_group, IndexKey: group");
  const std::string updated =
      "The update expression attempted to update a secondary index key to a value that is not supported. ";
  CHECK(refused(update(Update().set("group", ""))) == empty + updated + key);
  CHECK(refused(update(Update().set("group", AttributeValue("")).set("n", plus(path("n"), 1)))) == empty + updated + key);
  CHECK(refused(put({{"id", "A"}, {"at", "x"}, {"group", ""}})).starts_with(empty));  // beside a type that would cancel

  REQUIRE_FALSE(world.facts<WriteRefused>().empty());
  CHECK(world.last<WriteRefused>().message.starts_with(empty));
  CHECK(world.facts<TransactionCanceled>().empty());
  CHECK(world.tables.count(table) == 0);

  const TransactGetItems::Answer got = world.call(TransactGetItems{{{.table = table, .key = key_of("")}}});
  CHECK(got.reasons.empty());
  CHECK(refusal(got) == empty + key + " Key: id");
}

TEST_CASE("a transaction is cancelled for a key of another type or shape, and for what an update comes to",
          "[TXN-4][ITEM-2][GSI-7][MSG-4][MSG-6][MSG-7][MSG-11]") {
  TableWorld world;
  const TableId table = world.create(
      {.name = "indexed", .key = {.partition = "id"}, .indexes = {{.name = "by_group", .key = {.partition = "group"}}}});
  const auto why = [&](TransactWriteItem action) {
    const TransactWriteItems::Answer answer = world.call(TransactWriteItems{{std::move(action)}});
    REQUIRE(codes(answer.reasons) == std::vector<std::string>{"ValidationError"});
    return std::string(answer.reasons[0].message);
  };
  const auto put = [&](Item item) { return PutItem{.table = table, .item = std::move(item)}; };
  const std::string invalid = "One or more parameter values were invalid: ";
  CHECK(why(put({{"id", 5}})) == invalid + "Type mismatch for key id expected: S actual: N");
  CHECK(why(put({{"id", AttributeValue::list({"x"})}})) == invalid + "Type mismatch for key id expected: S actual: L");
  CHECK(why(put({{"id", "A"}, {"group", 5}})) ==
        invalid + "Type mismatch for Index Key group Expected: S Actual: N IndexName: by_group");
  const std::string schema = "The provided key element does not match the schema";
  CHECK(why(UpdateItem{.table = table, .key = Item{{"id", 5}}, .update = Update().set("n", 1)}) == schema);
  CHECK(why(DeleteItem{.table = table, .key = Item{{"id", AttributeValue::list({"x"})}}}) == schema);
  CHECK(why(ConditionCheck{.table = table, .key = Item{{"n", 5}}, .condition = attribute_exists("id")}) == schema);

  const auto update = [&](Update by) { return UpdateItem{.table = table, .key = key_of("A"), .update = std::move(by)}; };
  CHECK(why(update(Update().set("b", std::string(409'600, 'x')))) ==
        "Item size to update has exceeded the maximum allowed size");
  REQUIRE(world.call(put({{"id", "A"}, {"none", ""}})).ok());
  CHECK(why(update(Update().set("group", path("none")))).find("cannot contain an empty string value") != std::string::npos);
  CHECK(world.facts<WriteRefused>().empty());
}

TEST_CASE("a transaction that a full item collection has no room for is cancelled", "[TXN-4][LSI-2]") {
  TableWorld world;
  const TableId table = world.create(crowded_orders());
  const auto put = [&](int at) { return PutItem{.table = table, .item = Item{{"id", "A"}, {"at", at}, {"n", 1}}}; };
  REQUIRE(world.call(TransactWriteItems{{put(1), put(2)}}).ok());
  const TransactWriteItems::Answer two = world.call(TransactWriteItems{{put(3), put(4)}});  // room for one of them
  CHECK(codes(two.reasons) == std::vector<std::string>{"None", "ItemCollectionSizeLimitExceeded"});
  CHECK(two.reasons[1].message == "Collection size exceeded.");
  REQUIRE(world.call(put(3)).ok());
  CHECK(codes(world.call(TransactWriteItems{{put(4)}}).reasons) == std::vector<std::string>{"ItemCollectionSizeLimitExceeded"});
  CHECK(world.last<TransactionCanceled>().reasons == "[ItemCollectionSizeLimitExceeded]");
  CHECK(world.tables.count(table) == 3);
}

TEST_CASE("a write to a bound item is told first what is wrong with it", "[TXN-5][ERR-6]") {
  Orders bed(Plan::listed({settling(5s)}));
  REQUIRE(bed.call({bed.put("A", 1)}).settling == 5s);
  const Item large = order("A").with("b", std::string(409'600, 'x'));
  CHECK(bed.world.put(bed.table, large).failed_with(ServiceError::item_size_exceeded));
  CHECK(bed.world.update(bed.table, key_of("A"), Update().set("id", "B")).failed_with(ServiceError::validation));
  CHECK(bed.world.remove(bed.table, order("A", 1)).failed_with(ServiceError::validation));
  CHECK(bed.world.put(bed.table, order("A"), attribute_exists("no")).failed_with(ServiceError::transaction_conflict));
}

TEST_CASE("a transaction that is refused as a whole leaves a fact", "[TXN-3][ERR-6][METRIC-1]") {
  Orders bed(Plan::listed({settling(2s)}));
  const auto refused_with = [&](ServiceError error, const std::string& key) {
    const WriteRefused& refused = bed.world.last<WriteRefused>();
    CHECK(refused.error == error);
    CHECK(refused.key.to_text() == key);
    CHECK(refused.table == bed.table);
    CHECK(refused.actor == bed.world.client);
  };
  REQUIRE(bed.call({bed.add("A", 1)}, "t").ok());
  CHECK_FALSE(bed.call({bed.add("A", 1)}, "t").ok());
  refused_with(ServiceError::transaction_in_progress, "A");
  bed.world.run_for(2s);
  CHECK_FALSE(bed.call({bed.add("B", 1)}, "t").ok());
  refused_with(ServiceError::idempotent_parameter_mismatch, "B");
  CHECK_FALSE(bed.call({bed.put("C"), bed.put("C")}).ok());
  refused_with(ServiceError::validation, "C");
  CHECK_FALSE(bed.call({bed.check("D", {})}).ok());
  refused_with(ServiceError::validation, "D");
  CHECK_FALSE(bed.call({PutItem{.table = bed.table, .item = Item{{"n", 1}}}, bed.check("D", {})}).ok());
  refused_with(ServiceError::validation, "");
  REQUIRE(bed.world.tables.delete_table(bed.world.kernel, bed.table).ok());
  CHECK_FALSE(bed.call({bed.put("E")}).ok());
  refused_with(ServiceError::resource_not_found, "E");
  const std::size_t facts = bed.world.facts<WriteRefused>().size();
  CHECK_FALSE(bed.call({}).ok());  // there is nothing to name
  CHECK(bed.world.facts<WriteRefused>().size() == facts);
}

TEST_CASE("a transaction that is not sound is refused whole", "[TXN-1][TXN-2]") {
  Orders bed;
  std::vector<TransactWriteItem> many;
  for (int i = 0; i < 101; ++i) many.emplace_back(bed.put(std::to_string(i)));
  CHECK(refusal(bed.call(many)) ==
        "1 validation error detected: Value '[101 members]' at 'transactItems' failed to satisfy constraint: Member must have "
        "length less than or equal to 100");
  many.pop_back();
  CHECK(bed.call(many).ok());
  const std::string empty =
      "Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1";
  CHECK(refusal(bed.call({})) == "1 validation error detected: " + empty);
  const std::string long_token(37, 't');
  CHECK(refusal(bed.call({}, long_token)) ==
        "2 validation errors detected: " + empty + "; Value '" + long_token +
            "' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36");
  const std::string twice = "Transaction request cannot include multiple operations on one item";
  CHECK(refusal(bed.call({bed.put("A"), bed.check("A", attribute_exists("id"))})) == twice);
  CHECK(refusal(bed.call({bed.check("A", {})})) == "The ConditionExpression of a ConditionCheck cannot be empty");
  PutItem shows = bed.put("A");
  shows.return_values = ReturnValues::all_old;
  CHECK(refusal(bed.call({shows})) == "ReturnValues cannot be specified for an action of a transaction");
  CHECK_FALSE(bed.call({bed.put("A", 0, contains("id", AttributeValue(true)) && attribute_exists("id"))}).ok());
  PutItem elsewhere = bed.put("A");
  elsewhere.table = TableId{7};
  CHECK(bed.call({elsewhere}).failed_with(ServiceError::resource_not_found));
  std::vector<TransactWriteItem> large;
  for (int i = 0; i < 11; ++i)
    large.emplace_back(PutItem{.table = bed.table, .item = order(std::to_string(i)).with("b", std::string(400'000, 'x'))});
  CHECK(refusal(bed.call(large)) == "Collection size of transaction request exceeds the limit of 4194304 bytes");
  CHECK(bed.contents().size() == 100);

  const GetItem get{.table = bed.table, .key = key_of("1")};
  CHECK(refusal(bed.world.call(TransactGetItems{{get, get}})) == twice);
  CHECK(refusal(bed.world.call(TransactGetItems{})).find("greater than or equal to 1") != std::string::npos);
  CHECK(refusal(bed.world.call(TransactGetItems{std::vector<GetItem>(101, get)})).find("less than or equal to 100") !=
        std::string::npos);
  const GetItem bad{.table = bed.table, .key = Item{{"n", 1}}};
  CHECK(codes(bed.world.call(TransactGetItems{{get, bad}}).reasons) == std::vector<std::string>{"None", "ValidationError"});
  CHECK(bed.world.call(TransactGetItems{{get, {.table = bed.table, .key = key_of("none")}}})->at(1) == std::nullopt);
}
