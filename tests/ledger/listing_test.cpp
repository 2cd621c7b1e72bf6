#include "tests/ledger/listing.hpp"
#include "tests/catch.hpp"

using weir::test::ListedTest;
using weir::test::read_listing;

TEST_CASE("a listing is read: names and tags, broken over lines too") {
  const std::string listed =
      "All available test cases:\n"
      "  a record is readable a while after its write\n"
      "      [STREAM-4][OPEN-7]\n"
      "  a name so long that it is broken at a blank, or behind a hyphen of a so-\n"
      "    called word\n"
      "      [STREAM-1][STREAM-2][STREAM-3][STREAM-4][STREAM-5][STREAM-6][STREAM-\n"
      "      7]\n"
      "  a test without tags\n"
      "3 test cases\n\n";
  CHECK(read_listing(listed) ==
        std::vector<ListedTest>{{"a record is readable a while after its write", {"STREAM-4", "OPEN-7"}, true},
                                {"a name so long that it is broken at a blank, or behind a hyphen of a so-called word",
                                 {"STREAM-1", "STREAM-2", "STREAM-3", "STREAM-4", "STREAM-5", "STREAM-6", "STREAM-7"},
                                 true},
                                {"a test without tags", {}, true}});
}

TEST_CASE("a test that is hidden or may fail is listed as one that does not run") {
  for (const char* tag : {".", ".slow", "!hide", "!benchmark", "!mayfail", "!shouldfail"}) {
    INFO(tag);
    CHECK_FALSE(read_listing("All available test cases:\n  t\n      [TTL-1][" + std::string(tag) + "]\n").at(0).runs);
  }
  CHECK(read_listing("All available test cases:\n  t\n      [TTL-1][!throws]\n").at(0).runs);
  CHECK(read_listing("").empty());
  CHECK(read_listing("    [TTL-1]\n      [TTL-1]\n").empty());
}
