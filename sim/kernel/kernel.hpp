// The kernel: virtual clock, pending events, choices and trace of one run. Every room acts through it and it knows none of
// them.
//
//   now        the instant of the event being handled; moves only between events
//   cause      the fact that led to what happens now; facts and events noted meanwhile inherit it
//   schedule   puts an event into the future of its room; equal instants fire in the order of scheduling
//   choose     asks the plan; one choice and one fact a statement. Fault sites answer calm once faults are healed
//   value      a Kernel copies with its pending events; the trace is shared by reference, so give a copy its own (retarget)
//
//   planted    a defect that a test put into the model (sim/base/planted.hpp); none in every other run
//
// Cancelling: there is none. An event carries what its handler needs to see that it came too late (a generation, an attempt).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/event_queue.hpp"
#include "sim/plan/plan.hpp"
#include "sim/trace/trace.hpp"

namespace weir {

enum class Planted : std::uint8_t;  // sim/base/planted.hpp, for the few that ask

// Rooms that own event kinds. Kinds are numbered by each room for itself.
enum class Room : std::uint16_t { world, table, stream, function, trigger, worker, replica, queue, destination };

// A choice that was not calm, as a run records it.
struct ChoiceMade {
  Deviation deviation;
  Instant at{};
  FactIndex before = 0;  // the index the next fact got
};

class Kernel {
 public:
  Kernel(Plan plan, Trace& trace) : plan_(std::move(plan)), trace_(&trace) {}

  Instant now() const { return now_; }
  FactIndex cause() const { return cause_; }
  Trace& trace() { return *trace_; }
  void retarget(Trace& trace) { trace_ = &trace; }

  // Notes a fact caused by what is happening now (or by `cause`); answers its index.
  template <class Body>
  FactIndex note(Body&& body) {
    return trace_->note(now_, cause_, std::forward<Body>(body));
  }
  template <class Body>
  FactIndex note(Body&& body, FactIndex cause) {
    return trace_->note(now_, cause, std::forward<Body>(body));
  }

  void schedule(Instant at, Room room, std::uint16_t kind, std::uint32_t a, std::uint64_t b) {
    queue_.push(at, {kind, static_cast<std::uint16_t>(room), a, b, cause_});
  }
  void schedule(Duration in, Room room, std::uint16_t kind, std::uint32_t a, std::uint64_t b) {
    schedule(now_ + in, room, kind, a, b);
  }

  template <class T>
  T choose(const Site<T>& site, const Key& key) {
    return ChoiceCodec<T>::decode(ask(site.info(), key));
  }
  // Untyped, and with the asker's own rule for this asking (a workload's sizes) in place of the scenario's.
  std::int64_t ask(const SiteInfo& site, const Key& key, const SiteRule* own = nullptr);

  // What the scenario says about sites; set before the run.
  void set_rules(std::vector<SiteRule> rules);
  const SiteRule* rule_for(const SiteInfo& site) const;
  void plant(Planted defect) { planted_ = defect; }
  bool planted(Planted defect) const { return planted_ == defect; }
  void heal_faults() { healed_ = true; }
  bool healed() const { return healed_; }

  // Deviations are written down only when asked to: sweeps need none.
  void record_choices(bool on) { recording_ = on; }
  const std::vector<ChoiceMade>& choices() const { return choices_; }

  // The loop: takes the next event due at or before `until`; false when there is none. now() and cause() are the event's.
  bool next(Instant until, Event& event);
  Instant next_at() const { return queue_.next_at(); }
  // Moves the clock forward over idle time; never backwards, never over a pending event.
  void advance_to(Instant at);
  std::uint64_t events_handled() const { return handled_; }
  std::uint64_t choices_asked() const { return asked_; }
  const EventQueue& queue() const { return queue_; }

 private:
  friend class CauseScope;
  struct Rule {
    std::uint64_t site;
    SiteRule rule;
  };

  Plan plan_;
  Trace* trace_;
  EventQueue queue_;
  Instant now_{};
  FactIndex cause_ = no_fact;
  bool healed_ = false, recording_ = false;
  Planted planted_{};
  std::vector<Rule> rules_;
  std::vector<ChoiceMade> choices_;
  std::uint64_t handled_ = 0, asked_ = 0;
};

// While it lives, facts and events are caused by `cause`.
class CauseScope {
 public:
  CauseScope(Kernel& kernel, FactIndex cause) : kernel_(kernel), before_(kernel.cause_) { kernel.cause_ = cause; }
  ~CauseScope() { kernel_.cause_ = before_; }
  CauseScope(const CauseScope&) = delete;
  CauseScope& operator=(const CauseScope&) = delete;

 private:
  Kernel& kernel_;
  FactIndex before_;
};

}  // namespace weir
