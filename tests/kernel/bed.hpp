// What every bed of a room's tests stands on: a kernel that goes by a plan, and the trace it leaves.
#pragma once

#include <utility>
#include <vector>

#include "sim/kernel/kernel.hpp"

namespace weir {

struct KernelBed {
  explicit KernelBed(Plan plan = Plan::calm(), std::vector<SiteRule> rules = {}) : kernel(std::move(plan), trace) {
    trace.keep(true);
    kernel.set_rules(std::move(rules));
  }
  KernelBed(const KernelBed&) = delete;
  KernelBed& operator=(const KernelBed&) = delete;

  // The facts of one kind so far, in order.
  template <class T>
  std::vector<T> facts() const {
    std::vector<T> found;
    for (const Fact& fact : trace.facts())
      if (const T* body = fact.as<T>()) found.push_back(*body);
    return found;
  }
  template <class T>
  std::vector<Instant> times() const {
    std::vector<Instant> found;
    for (const Fact& fact : trace.facts())
      if (fact.as<T>()) found.push_back(fact.at);
    return found;
  }

  Trace trace;
  Kernel kernel;
};

}  // namespace weir
