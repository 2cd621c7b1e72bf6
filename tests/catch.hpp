// Catch2 2.13 and 3 under one name, and RapidCheck beside it: the one heavy header of the tests, precompiled.
#pragma once
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
#include <rapidcheck.h>

#include <cstdint>

// Runs a RapidCheck property inside a Catch2 test and fails the test with RapidCheck's own, shrunk report.
#define WEIR_PROPERTY(description, ...)         \
  do {                                          \
    INFO(description);                          \
    CHECK(rc::check(description, __VA_ARGS__)); \
  } while (false)

namespace weir {

// In how many cases of a property its point was reached. Asked when the property is through: one that hardly ever comes to what
// it is about fails instead of passing unnoticed.
class Sometimes {
 public:
  void count(bool was_reached) { cases_ += 1, times_ += was_reached; }
  bool once_in(int cases) const {
    UNSCOPED_INFO("reached in " << times_ << " of " << cases_ << " cases");
    return times_ > 0 && times_ * cases >= cases_;
  }

 private:
  std::int64_t cases_ = 0, times_ = 0;
};

}  // namespace weir
