#include "sim/data/arn.hpp"

#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("a table's ARN names its Region, its account and the table", "[TABLE-2]") {
  const std::string text = arn_of("dynamodb", "table/orders.of_2024-a");
  const std::optional<TableArn> arn = parse_table_arn(text);
  REQUIRE(arn.has_value());
  CHECK(arn->region == region_name);
  CHECK(arn->account == account_id);
  CHECK(arn->table == "orders.of_2024-a");
  CHECK(parse_table_arn("arn:aws:dynamodb:eu-west-1:000000000000:table/abc")->region == "eu-west-1");
}

TEST_CASE("what is no table's ARN is told apart from one", "[TABLE-2]") {
  const std::string good = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
  CHECK(parse_table_arn(good).has_value());
  for (const std::string& bad :
       {std::string(), std::string("orders"), std::string("arn:"), std::string("arn:aws:dynamodb:us-east-1"),
        std::string("arn:aws:dynamodb:us-east-1:123456789012"), std::string("arn:aws:sqs:us-east-1:123456789012:table/orders"),
        std::string("arn:aws:dynamodb::123456789012:table/orders"),
        std::string("arn:aws:dynamodb:us-east-1:12345:table/orders"),
        std::string("arn:aws:dynamodb:us-east-1:12345678901x:table/orders"),
        std::string("arn:aws:dynamodb:us-east-1:123456789012:stream/orders"),
        std::string("arn:aws:dynamodb:us-east-1:123456789012:table/ab"),
        std::string("arn:aws:dynamodb:us-east-1:123456789012:table/"), good + "/index/by_group",
        good + "/stream/2024-01-01T00:00:00.000", good + " ", good + std::string(250, 'x')})
    CHECK_FALSE(parse_table_arn(bad).has_value());
}
