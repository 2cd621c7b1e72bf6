// What transactions use of a table's capacity where they write nothing.
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/table/capacity_bed.hpp"

using namespace weir;
using namespace weir::test;

TEST_CASE("a repetition tells what it reads, and is throttled where there is no capacity for that",
          "[TXN-2][TXN-7][OP-8][CAP-8]") {
  Orders world(orders(provisioned(4, 20)), no_burst);
  TransactWriteItems request{
      {PutItem{.table = world.table, .item = order("A")},
       ConditionCheck{.table = world.table, .key = key_of("B"), .condition = attribute_not_exists("id")}},
      "token"};
  request.return_consumed_capacity = ReturnConsumedCapacity::total;
  REQUIRE(world.call(request).consumed == std::vector<ConsumedCapacity>{{.table = world.table, .half_units = 8}});
  const TransactWriteItems::Answer again = world.call(request);
  REQUIRE(again.ok());
  CHECK(again.consumed == std::vector<ConsumedCapacity>{{.table = world.table, .half_units = 8}});
  CHECK(world.used(CapacityUse::read) == 8);
  CHECK(world.facts<TransactionRepeated>().size() == 1);
  const TransactWriteItems::Answer third = world.call(request);
  REQUIRE(third.failed_with(ServiceError::throughput_exceeded));  // nothing of it was cancelled: it is done
  CHECK(third.reasons.empty());
  CHECK(world.facts<TransactionRepeated>().size() == 1);
  world.run_for(1s);
  CHECK(world.call(request).ok());

  TableSettings unmetered = orders(provisioned(1, 1));
  unmetered.capacity.reset();
  Orders free(unmetered);
  for (TransactWriteItem& action : request.actions) std::visit([&](auto& one) { one.table = free.table; }, action);
  REQUIRE(free.call(request).ok());
  CHECK(free.call(request).consumed == std::vector<ConsumedCapacity>{{.table = free.table, .half_units = 8}});
}

TEST_CASE("a cancelled read of many items has used what its other parts read", "[TXN-7]") {
  const TransactWriteItems bind{{PutItem{.table = TableId{0}, .item = order("A")}}};
  Orders world(orders(provisioned(20, 20)),
               Plan::listed({{"transaction.settling", "client 0", std::chrono::microseconds(5s).count()}}));
  REQUIRE(world.call(bind).settling == 5s);
  const TransactGetItems gets{{{.table = world.table, .key = key_of("A")}, {.table = world.table, .key = key_of("B")}}};
  const TransactGetItems::Answer answer = world.call(gets);
  REQUIRE(answer.failed_with(ServiceError::transaction_canceled));
  CHECK(answer.reasons.at(0).code == CancellationCode::transaction_conflict);
  CHECK(answer.reasons.at(1).code == CancellationCode::none);
  CHECK(world.used(CapacityUse::read) == 4);
  CHECK(world.facts<ItemRead>().empty());
}

TEST_CASE("a read of many items is charged item by item, and what the first ones use up the others miss", "[TXN-7][CAP-1]") {
  Orders world(orders(provisioned(3, 20)), no_burst);
  const auto get = [&](std::vector<std::string> ids) {
    TransactGetItems request;
    for (const std::string& id : ids) request.gets.push_back({.table = world.table, .key = key_of(id)});
    request.return_consumed_capacity = ReturnConsumedCapacity::total;
    return world.call(request);
  };
  const TransactGetItems::Answer three = get({"A", "B", "C"});  // two units each
  REQUIRE(three.failed_with(ServiceError::transaction_canceled));
  std::vector<CancellationCode> codes;
  for (const CancellationReason& reason : three.reasons) codes.push_back(reason.code);
  CHECK(codes == std::vector<CancellationCode>{CancellationCode::none, CancellationCode::none,
                                               CancellationCode::provisioned_throughput_exceeded});
  CHECK(world.used(CapacityUse::read) == 8);
  world.run_for(2s);
  const TransactGetItems::Answer two = get({"A", "B"});
  REQUIRE(two.ok());
  CHECK(two.consumed == std::vector<ConsumedCapacity>{{.table = world.table, .half_units = 8}});
  CHECK(world.used(CapacityUse::read) == 16);
  CHECK(world.asked().size() == 5);  // none of them twice
}
