// Catch2 2.13 and 3 under one name, and RapidCheck beside it: the one heavy header of the tests, precompiled.
#pragma once
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
#include <rapidcheck.h>

// Runs a RapidCheck property inside a Catch2 test and fails the test with RapidCheck's own, shrunk report.
#define WEIR_PROPERTY(description, ...)         \
  do {                                          \
    INFO(description);                          \
    CHECK(rc::check(description, __VA_ARGS__)); \
  } while (false)
