// The trace of a run: its only output. Facts in one order, a rolling hash that is always on, and observers fed as it grows.
//
//   note()       appends a fact: hashes it, shows it to the observers interested in its kind, keeps it if asked to
//   note_choice  folds a choice (site, key, value) into the hash; deviations are kept by the kernel's ChoiceLog
//   hash()       128 bits over every fact (index, time, cause, all fields) and every choice, in order
//   keep         off in sweeps (nothing is stored that can be run again), on for the run someone looks at
//
// Observers are borrowed and must outlive the trace's use; they are called in the order of subscription.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/trace/fact.hpp"

namespace weir {

class FactObserver {
 public:
  virtual ~FactObserver() = default;
  virtual void observe(const Fact& fact) = 0;
};

class Trace {
 public:
  // `body` is one of FactBody's kinds, or a FactBody.
  template <class Body>
  FactIndex note(Instant at, FactIndex cause, Body&& body) {
    return take(Fact{size_, cause, at, FactBody(std::forward<Body>(body))});
  }
  void note_choice(std::uint64_t site, std::uint64_t key, std::int64_t value);

  Hash128 hash() const { return hash_; }
  FactIndex size() const { return size_; }

  void keep(bool on) { keep_ = on; }
  const std::vector<Fact>& facts() const { return facts_; }  // empty unless kept
  std::vector<Fact> take_facts() { return std::move(facts_); }

  void subscribe(FactObserver& observer, FactMask kinds);

 private:
  Hash128 hash_{};
  FactIndex size_ = 0;
  bool keep_ = false;
  std::vector<Fact> facts_;
  struct Subscription {
    FactObserver* observer;
    FactMask kinds;
  };
  FactIndex take(Fact&& fact);
  void sort_observers();

  std::vector<Subscription> subscriptions_;
  bool sorted_ = false;                   // what follows is made of the subscriptions at the first fact after one came
  std::vector<FactObserver*> observers_;  // by kind, in order of subscription
  std::array<std::uint32_t, fact_kinds + 1> first_{};  // of each kind in observers_; the next kind's ends it
};

// The hash of one fact on top of a running one: a function of its fields alone, the same on every machine.
Hash128 hash_fact(Hash128 so_far, const Fact& fact);

}  // namespace weir
