// How often the project's own properties are tried (tests/main.cpp): once would prove little, and nobody would see it.
#include <cstdlib>

#include "tests/catch.hpp"

TEST_CASE("a property is tried a thousand times, and a hundred thousand times in a soak") {
  const char* asked = std::getenv("RC_PARAMS");
  REQUIRE(asked != nullptr);
  const std::string params = asked;
  if (params.find("max_success=1000") == std::string::npos) return;  // somebody asked for another number
  int tried = 0;
  WEIR_PROPERTY("counting", [&tried] { tried += 1; });
  CHECK(tried == (std::getenv("WEIR_SOAK") != nullptr ? 100'000 : 1'000));
}
