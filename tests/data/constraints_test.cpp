// The words in which a service refuses parameters outside their bounds.
#include "sim/data/constraints.hpp"

#include <algorithm>
#include <string>

#include "tests/catch.hpp"

using namespace weir;

namespace {

std::string said(const Constraints& constraints) {
  const std::optional<Failed> refusal = constraints.refusal();
  if (!refusal) return "";
  CHECK(refusal->error == ServiceError::validation);
  CHECK(refusal->certainty == Certainty::surely_not_done);
  return std::string(refusal->message);
}

const std::string one = "1 validation error detected: ", must = " failed to satisfy constraint: Member must have ";

}  // namespace

TEST_CASE("a constraint's message shows the value, the field and the bound", "[ERR-7]") {
  CHECK(said(Constraints().value("limit", 1, 1, 100).value("limit", 100, 1, 100)).empty());
  CHECK(said(Constraints().value("limit", 0, 1)) == one + "Value '0' at 'limit'" + must + "value greater than or equal to 1");
  CHECK(said(Constraints().value("limit", 101, 1, 100)) ==
        one + "Value '101' at 'limit'" + must + "value less than or equal to 100");
  CHECK(said(Constraints().text("token", "abc", 1, 3)).empty());
  CHECK(said(Constraints().text("token", "abcd", 1, 3)) ==
        one + "Value 'abcd' at 'token'" + must + "length less than or equal to 3");
  CHECK(said(Constraints().list("items", 0, 1, 2)) ==
        one + "Value '[]' at 'items'" + must + "length greater than or equal to 1");
  CHECK(said(Constraints().list("items", 3, 1, 2)) ==
        one + "Value '[3 members]' at 'items'" + must + "length less than or equal to 2");
  CHECK(said(Constraints().map("items", 0, 1)) == one + "Value '{}' at 'items'" + must + "length greater than or equal to 1");
}

TEST_CASE("all constraints that fail are told at once, ten of them at most", "[ERR-7]") {
  CHECK(said(Constraints().value("a", 0, 1).value("b", 5, 1).value("c", 9, 1, 8)) ==
        "2 validation errors detected: Value '0' at 'a'" + must + "value greater than or equal to 1; Value '9' at 'c'" + must +
            "value less than or equal to 8");
  Constraints many;
  for (int i = 0; i < 11; ++i) many.value("n", i, 20);
  const std::string message = said(many);
  CHECK(message.starts_with("10 validation errors detected: "));
  CHECK(std::count(message.begin(), message.end(), ';') == 9);
}
