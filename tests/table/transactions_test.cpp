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
  const GetItem get{.table = bed.table, .key = key_of("A"), .consistent_read = true};
  CHECK(codes(bed.world.call(TransactGetItems{{get}}).reasons) == std::vector<std::string>{"TransactionConflict"});
  CHECK(*bed.world.call(get) == order("A", 1));  // a plain read never conflicts
  const BatchWriteItem batch{{{bed.table, PutRequest{order("A", 9)}}, {bed.table, PutRequest{order("E")}}}};
  CHECK(bed.world.call(batch)->unprocessed == std::vector<WriteRequest>{batch.requests[0]});
  bed.world.run_for(5s);
  CHECK(bed.world.put(bed.table, order("A", 2)).ok());
  CHECK(bed.world.call(TransactGetItems{{get}})->at(0) == order("A", 2));
}

TEST_CASE("a transaction that is not sound is refused whole", "[TXN-1][TXN-2]") {
  Orders bed;
  std::vector<TransactWriteItem> many;
  for (int i = 0; i < 101; ++i) many.emplace_back(bed.put(std::to_string(i)));
  CHECK(refusal(bed.call(many)).find("Member must have length less than or equal to 100") != std::string::npos);
  many.pop_back();
  CHECK(bed.call(many).ok());
  CHECK(refusal(bed.call({})).find("Member must have length greater than or equal to 1") != std::string::npos);
  CHECK(refusal(bed.call({bed.put("A")}, std::string(37, 't'))).find("'clientRequestToken' failed") != std::string::npos);
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
