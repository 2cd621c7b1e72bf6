// Facts of a run as a whole: its start, the outside world's acts, its end.
#pragma once

#include <cstdint>
#include <string>

#include "sim/data/ids.hpp"
#include "sim/data/key.hpp"

namespace weir {

// Every fact struct has a wire `name` and one `each`, which names its fields in order: the hash, the text, the JSON and
// the SQLite columns all come from it. FactIndex fields refer to earlier facts.

struct RunStarted {
  static constexpr std::string_view name = "run_started";
  std::string scenario;
  std::int64_t epoch_unix = 0;  // Unix seconds at Instant{}
  template <class V>
  void each(V&& v) const {
    v("scenario", scenario), v("epoch_unix", epoch_unix);
  }
};

// A scripted step of the scenario (an operator's act, a client's write) takes place.
struct StepTaken {
  static constexpr std::string_view name = "step_taken";
  std::uint32_t step = 0;  // its index in the scenario
  std::string what;        // "put", "split_shard", ...
  template <class V>
  void each(V&& v) const {
    v("step", step), v("what", what);
  }
};

// A generated operation that does happen. The write it causes has this fact as its cause.
struct OperationIssued {
  static constexpr std::string_view name = "operation_issued";
  std::uint32_t client = 0, ordinal = 0;
  TableId table;
  std::string operation;  // "put item 2 group 0 value 5"
  template <class V>
  void each(V&& v) const {
    v("client", client), v("ordinal", ordinal), v("table", table), v("operation", operation);
  }
};

// From here on every fault site answers calm.
struct FaultsHealed {
  static constexpr std::string_view name = "faults_healed";
  template <class V>
  void each(V&&) const {}
};

// The last fact. `unfinished` counts batches in flight or waiting, records unread by a mapping, and processes still busy.
struct RunEnded {
  static constexpr std::string_view name = "run_ended";
  std::uint64_t unfinished = 0;
  template <class V>
  void each(V&& v) const {
    v("unfinished", unfinished);
  }
};

}  // namespace weir
