#include "tests/catch.hpp"

#include "sim/function/fiber.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace weir;

namespace {

struct Leaves {  // counts how often its scope was left
  int& count;
  ~Leaves() { count += 1; }
};

std::string message_of(const std::exception_ptr& failure) {
  if (!failure) return "none";
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "not a std::exception";
  }
}

}  // namespace

TEST_CASE("a body runs from suspend to suspend, only when resumed", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  std::string said;
  fiber.start([&] {
    said += "a";
    Fiber::suspend();
    said += "b";
    Fiber::suspend();
    said += "c";
  });
  REQUIRE(said.empty());
  for (const char* expected : {"a", "ab", "abc"}) {
    REQUIRE_FALSE(fiber.done());
    fiber.resume();
    REQUIRE(said == expected);
  }
  REQUIRE(fiber.done());
  REQUIRE_FALSE(fiber.killed());
  REQUIRE(Fiber::current() == nullptr);
}

TEST_CASE("a fiber may resume another: suspend returns to the resumer", "[fiber]") {
  FiberPool pool;
  Fiber outer(pool), inner(pool);
  std::string said;
  inner.start([&] {
    for (const char* word : {"(in 1)", "(in 2)", "(in 3)"}) {
      REQUIRE(Fiber::current() == &inner);
      said += word;
      Fiber::suspend();
    }
  });
  outer.start([&] {
    said += "[out 1]";
    inner.resume();
    REQUIRE(Fiber::current() == &outer);
    said += "[out 2]";
    Fiber::suspend();
    inner.resume();
    said += "[out 3]";
  });
  outer.resume();
  said += "main";
  inner.resume();  // another resumer than before
  outer.resume();
  REQUIRE(said == "[out 1](in 1)[out 2]main(in 2)(in 3)[out 3]");
  REQUIRE(outer.done());
  REQUIRE_FALSE(inner.done());
}

TEST_CASE("two fibers that suspend inside catch each rethrow their own exception", "[fiber]") {
  FiberPool pool;
  Fiber first(pool), second(pool);
  const auto handler = [](const char* word) {
    return [word] {
      try {
        throw std::runtime_error(word);
      } catch (const std::exception&) {
        Fiber::suspend();
        REQUIRE(message_of(std::current_exception()) == word);
        throw;
      }
    };
  };
  first.start(handler("first"));
  second.start(handler("second"));
  first.resume();
  second.resume();
  REQUIRE(std::current_exception() == nullptr);
  first.resume();
  second.resume();
  REQUIRE(message_of(first.failure()) == "first");
  REQUIRE(message_of(second.failure()) == "second");
  REQUIRE(std::current_exception() == nullptr);
}

TEST_CASE("the resumer's own exception is not the fiber's", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  fiber.start([] {
    REQUIRE(std::current_exception() == nullptr);
    try {
      throw std::runtime_error("inside");
    } catch (...) {
      Fiber::suspend();
      throw;
    }
  });
  try {
    throw std::logic_error("outside");
  } catch (...) {
    fiber.resume();
    REQUIRE(message_of(std::current_exception()) == "outside");
  }
  fiber.resume();
  REQUIRE(message_of(fiber.failure()) == "inside");
}

TEST_CASE("each fiber counts its own uncaught exceptions", "[fiber]") {
  FiberPool pool;
  Fiber unwinding(pool), calm(pool);
  struct SuspendsInDestructor {
    ~SuspendsInDestructor() {
      REQUIRE(std::uncaught_exceptions() == 1);
      Fiber::suspend();
      REQUIRE(std::uncaught_exceptions() == 1);
    }
  };
  unwinding.start([] {
    const SuspendsInDestructor guard;
    throw std::runtime_error("unwound");
  });
  calm.start([] {
    REQUIRE(std::uncaught_exceptions() == 0);
    Fiber::suspend();
    REQUIRE(std::uncaught_exceptions() == 0);
  });
  unwinding.resume();
  REQUIRE(std::uncaught_exceptions() == 0);
  calm.resume();
  unwinding.resume();
  calm.resume();
  REQUIRE(message_of(unwinding.failure()) == "unwound");
  REQUIRE(calm.failure() == nullptr);
}

TEST_CASE("an exception that leaves the body stays with the fiber", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  fiber.start([] { throw std::runtime_error("handler failed"); });
  REQUIRE_NOTHROW(fiber.resume());
  REQUIRE(fiber.done());
  REQUIRE(message_of(fiber.failure()) == "handler failed");
  fiber.start([] { throw 7; });
  REQUIRE(fiber.failure() == nullptr);
  fiber.resume();
  REQUIRE(message_of(fiber.failure()) == "not a std::exception");
}

TEST_CASE("a kill unwinds the body: its destructors run and it has not failed", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  int left = 0;
  bool went_on = false;
  fiber.start([&] {
    const Leaves outer{left};
    const auto deep = [&] {
      const Leaves inner{left};
      try {
        Fiber::suspend();
      } catch (const std::exception&) {
        went_on = true;  // being killed is no std::exception
      }
    };
    deep();
    went_on = true;
  });
  fiber.resume();
  fiber.kill();
  REQUIRE(fiber.done());
  REQUIRE(fiber.killed());
  REQUIRE_FALSE(fiber.abandoned());
  REQUIRE(left == 2);
  REQUIRE_FALSE(went_on);
  REQUIRE(fiber.failure() == nullptr);
}

TEST_CASE("a body that swallows its kill gets it again at the next suspend", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  int swallowed = 0;
  fiber.start([&] {
    for (int i = 0; i < 5; ++i) {
      try {
        Fiber::suspend();
      } catch (...) {
        swallowed += 1;
      }
    }
  });
  fiber.resume();
  fiber.resume();
  fiber.kill();
  REQUIRE(fiber.done());
  REQUIRE(swallowed == 4);
  REQUIRE_FALSE(fiber.abandoned());
}

TEST_CASE("a body killed inside its own catch unwinds from there", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  int left = 0;
  fiber.start([&] {
    const Leaves scope{left};
    try {
      throw std::runtime_error("first");
    } catch (...) {
      Fiber::suspend();
    }
  });
  fiber.resume();
  fiber.kill();
  REQUIRE(fiber.done());
  REQUIRE(left == 1);
  REQUIRE(fiber.failure() == nullptr);
}

TEST_CASE("what a killed body throws itself is its failure", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  fiber.start([] {
    try {
      Fiber::suspend();
    } catch (...) {
      throw std::runtime_error("translated");
    }
  });
  fiber.resume();
  fiber.kill();
  REQUIRE(fiber.killed());
  REQUIRE(message_of(fiber.failure()) == "translated");
}

TEST_CASE("a body that swallows everything for ever still ends", "[fiber]") {
  FiberPool pool;
  for (int round = 0; round < 3; ++round) {
    Fiber fiber(pool);
    int swallowed = 0;
    fiber.start([&] {
      for (;;) {
        try {
          try {
            throw std::runtime_error("busy");
          } catch (...) {
            Fiber::suspend();
          }
        } catch (...) {
          swallowed += 1;
        }
      }
    });
    fiber.resume();
    fiber.kill();
    REQUIRE(fiber.done());
    REQUIRE(fiber.abandoned());
    REQUIRE(swallowed == Fiber::most_throws);
    REQUIRE(std::current_exception() == nullptr);
    fiber.start([&] { swallowed = -1; });  // and serves again, on a stack that serves again
    fiber.resume();
    REQUIRE(swallowed == -1);
    REQUIRE_FALSE(fiber.abandoned());
  }
  REQUIRE(pool.stacks() == 1);
}

TEST_CASE("a kill that meets a destructor which suspends ends the fiber, not the program", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  bool in_destructor = false;
  struct RollsBack {
    bool& reached;
    ~RollsBack() {
      reached = true;
      Fiber::suspend();  // as a client's call would
    }
  };
  fiber.start([&] {
    const RollsBack guard{in_destructor};
    Fiber::suspend();
  });
  fiber.resume();
  fiber.kill();
  REQUIRE(in_destructor);
  REQUIRE(fiber.done());
  REQUIRE(fiber.abandoned());
  REQUIRE(std::uncaught_exceptions() == 0);
}

TEST_CASE("a fiber destroyed while suspended is killed first", "[fiber]") {
  FiberPool pool;
  int left = 0;
  {
    Fiber fiber(pool);
    fiber.start([&left, text = std::string(200, 'x')] {
      const Leaves scope{left};
      const std::vector<int> heap(1000);
      Fiber::suspend();
    });
    fiber.resume();
    REQUIRE(left == 0);
  }
  REQUIRE(left == 1);
  REQUIRE(pool.idle() == pool.stacks());
}

TEST_CASE("fibers may be destroyed while their owner unwinds", "[fiber]") {
  FiberPool pool;
  int left = 0;
  try {
    Fiber fiber(pool);
    fiber.start([&] {
      const Leaves scope{left};
      Fiber::suspend();
    });
    fiber.resume();
    throw std::runtime_error("the owner fails");
  } catch (const std::exception& e) {
    REQUIRE(std::string(e.what()) == "the owner fails");
  }
  REQUIRE(left == 1);
}

TEST_CASE("a body that never ran is destroyed and not run", "[fiber]") {
  FiberPool pool;
  bool ran = false;
  const auto owned = std::make_shared<int>(1);
  {
    Fiber fiber(pool);
    fiber.start([&ran, owned] { ran = true; });
    REQUIRE(owned.use_count() == 2);
  }
  REQUIRE(owned.use_count() == 1);
  REQUIRE_FALSE(ran);
}

TEST_CASE("a body's captures go when it ends, not when the fiber does", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  const auto owned = std::make_shared<int>(1);
  fiber.start([owned] { Fiber::suspend(); });
  fiber.resume();
  REQUIRE(owned.use_count() == 2);
  fiber.resume();
  REQUIRE(owned.use_count() == 1);
}

TEST_CASE("ten thousand fibers can be alive together", "[fiber]") {
  FiberPool pool;
  std::vector<std::unique_ptr<Fiber>> fibers;
  std::vector<int> steps(10'000, 0);
  int left = 0;
  for (int& step : steps) {
    Fiber& fiber = *fibers.emplace_back(std::make_unique<Fiber>(pool));
    fiber.start([&step, &left] {
      const Leaves scope{left};
      for (;; ++step) Fiber::suspend();
    });
  }
  for (int round = 0; round < 3; ++round) {
    for (auto& fiber : fibers) fiber->resume();
  }
  REQUIRE(pool.stacks() == 10'000);
  REQUIRE(std::count(steps.begin(), steps.end(), 2) == 10'000);
  fibers.clear();
  REQUIRE(left == 10'000);
  REQUIRE(pool.idle() == 10'000);
}

TEST_CASE("stacks are used again", "[fiber]") {
  FiberPool pool;
  int ran = 0;
  for (int i = 0; i < 1'000; ++i) {
    Fiber fiber(pool);
    fiber.start([&] {
      std::array<char, 64 * 1024> deep;
      std::memset(deep.data(), i, deep.size());
      Fiber::suspend();
      ran += deep.back() == static_cast<char>(i) ? 1 : 0;
    });
    fiber.resume();
    fiber.resume();
  }
  REQUIRE(ran == 1'000);
  REQUIRE(pool.stacks() == 1);
  REQUIRE(pool.idle() == 1);
}

TEST_CASE("each thread may have fibers of its own", "[fiber]") {
  std::array<int, 4> sums{};
  {
    std::vector<std::jthread> workers;
    for (int& sum : sums) {
      workers.emplace_back([&sum] {
        FiberPool pool;
        for (int i = 0; i < 200; ++i) {
          Fiber fiber(pool);
          fiber.start([&sum] {
            try {
              throw 1;
            } catch (int one) {
              Fiber::suspend();
              sum += one;
            }
            Fiber::suspend();
            sum += 1'000'000;  // never: killed before
          });
          fiber.resume();
          fiber.resume();
        }
      });
    }
  }
  REQUIRE(sums == std::array<int, 4>{200, 200, 200, 200});
}

TEST_CASE("misuse is a bug, told at once", "[fiber]") {
  FiberPool pool;
  Fiber fiber(pool);
  REQUIRE_THROWS_AS(Fiber::suspend(), Bug);
  REQUIRE_THROWS_AS(fiber.resume(), Bug);
  fiber.start([&] {
    REQUIRE_THROWS_AS(fiber.kill(), Bug);
    REQUIRE_THROWS_AS(fiber.resume(), Bug);
    Fiber::suspend();
  });
  REQUIRE_THROWS_AS(fiber.start([] {}), Bug);
  fiber.resume();
  fiber.resume();
  REQUIRE(fiber.done());
  REQUIRE_THROWS_AS(fiber.resume(), Bug);
  REQUIRE_NOTHROW(fiber.kill());  // of what is done: nothing to do
  REQUIRE_FALSE(fiber.killed());
}
