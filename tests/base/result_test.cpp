#include "sim/base/result.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("a result is a value or a failure, and says whether it may have been done", "[OP-6]") {
  Result<std::string> value(std::string("x"));
  CHECK(value.ok());
  CHECK(*value == "x");
  CHECK(value->size() == 1);
  CHECK(value.maybe_done());
  CHECK(value.error() == ServiceError::none);
  CHECK_THROWS_AS(value.failure(), Bug);

  const Result<std::string> refused(ServiceError::condition_failed, "The conditional request failed");
  CHECK_FALSE(refused);
  CHECK(refused.failed_with(ServiceError::condition_failed));
  CHECK_FALSE(refused.failed_with(ServiceError::validation));
  CHECK_FALSE(refused.maybe_done());
  CHECK(refused.failure().message == "The conditional request failed");
  CHECK_THROWS_AS(refused.value(), Bug);

  const Result<Done> lost(Failed{ServiceError::internal_server_error, Certainty::maybe_done});
  CHECK(lost.maybe_done());
}

TEST_CASE("service errors carry AWS's names and short ones", "[ERR-8]") {
  CHECK(wire_name(ServiceError::condition_failed) == "ConditionalCheckFailedException");
  CHECK(wire_name(ServiceError::item_size_exceeded) == "ValidationException");
  CHECK(wire_name(ServiceError::trimmed_data_access) == "TrimmedDataAccessException");
  CHECK(short_name(ServiceError::throughput_exceeded) == "throughput_exceeded");
  for (int i = 1; i <= static_cast<int>(ServiceError::replicated_write_conflict); ++i) {
    CHECK_FALSE(wire_name(static_cast<ServiceError>(i)).empty());
    CHECK_FALSE(short_name(static_cast<ServiceError>(i)).empty());
  }
}

TEST_CASE("a broken invariant of ours is a Bug that says what should hold", "[check]") {
  CHECK_NOTHROW(SIM_CHECK(1 + 1 == 2, "sums are right"));
  CHECK_THROWS_WITH(SIM_CHECK(1 + 1 == 3, "sums are right"),
                    Catch::Contains("sums are right") && Catch::Contains("result_test.cpp"));
}
