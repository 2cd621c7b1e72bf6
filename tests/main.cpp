#include <cstdlib>

// How often a property is tried: 1,000 cases from the same seed each time, so that a test's outcome depends on the code
// alone; where WEIR_SOAK is set, 100,000 cases from a new seed each time. Whoever sets RC_PARAMS has the last word.
// RapidCheck reads it from the environment when the first property is checked.
static void say_how_often_properties_are_tried() {
  const int keep_what_is_there = 0;
  setenv("RC_PARAMS", std::getenv("WEIR_SOAK") != nullptr ? "max_success=100000" : "seed=7 max_success=1000",
         keep_what_is_there);
}

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif

int main(int argc, char** argv) {
  say_how_often_properties_are_tried();
  return Catch::Session().run(argc, argv);
}
