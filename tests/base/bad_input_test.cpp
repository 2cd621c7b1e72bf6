#include "sim/base/bad_input.hpp"

#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("a person's mistake is told with its place, what was found and what would do", "[input]") {
  const BadInput bad("orders.json#/tables/0/key", "3", "a string");
  CHECK(std::string(bad.what()) == "orders.json#/tables/0/key: 3; a string");
  CHECK(bad.where == "orders.json#/tables/0/key");
  CHECK(bad.found == "3");
  CHECK(bad.accepted == "a string");
}

TEST_CASE("a misspelt name is answered with the nearest known one, if one is near", "[input]") {
  const std::vector<std::string> known{"batch_size", "bisect_on_error", "table"};
  CHECK(did_you_mean("batchsize", known) == " (did you mean 'batch_size'?)");
  CHECK(did_you_mean("tabel", known) == " (did you mean 'table'?)");
  CHECK(did_you_mean("colour", known).empty());
  CHECK(did_you_mean("x", {}).empty());
}
