// Elsewhere: of the work that is left when a run ends, what cannot bear on a view of a source.
//
//   near     the source and the view; a mapping that reads a near table's stream, that is being updated, or whose function was
//            seen to write a near table, or tried to; each table that such a mapping reads, or its functions wrote; each table
//            that a hand-written reader wrote. What a function would write that never wrote anything is not known: by what it
//            was never seen to do it is near only where its mapping reads a near table.
//   left     what the mappings that are not near have left: records not settled that are still in the stream, invocations in
//            flight, batches between two tries. Of what RunEnded counts it is never more than these mappings' part. It can be
//            less: a trace does not tell of windows that are open, of mappings yet to begin, nor of lanes that wait beside each
//            other. It is nothing where the first mapping of another table comes after an invocation: what was written before
//            was not listened to.
//   cost     next to none while all mappings read the source or the view
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "oracles/watching.hpp"

namespace weir {

class Elsewhere {
 public:
  Elsewhere(std::string source, std::string view) : source_(std::move(source)), view_(std::move(view)) {}

  void hear(const TableDeclared& declared, const Fact&) { know(declared.table, declared.table_name); }
  void hear(const TableAwaited& awaited, const Fact&) { know(awaited.table, awaited.table_name); }
  void hear(const StreamEnabled& enabled, const Fact&) { tables_[enabled.stream] = enabled.table; }
  void hear(const MappingDeclared& declared, const Fact&);
  void hear(const MappingUpdated& updated, const Fact&);
  void hear(const MappingStateChanged& changed, const Fact&);
  void hear(const ShardStarted& started, const Fact&) { mappings_[started.mapping].begun = true; }
  void hear(const Appended& appended, const Fact&);
  void hear(const Trimmed& trimmed, const Fact&);
  void hear(const ShardGone& gone, const Fact&);
  void hear(const StreamGone& gone, const Fact&);
  void hear(const InvocationStarted& started, const Fact&);
  void hear(const InvocationEnded& ended, const Fact&);
  void hear(const PollerLost& lost, const Fact&);
  void hear(const RetryScheduled& scheduled, const Fact&);
  void hear(const Settled& settled, const Fact&);
  void hear(const Written& written, const Fact&) { wrote(written.actor, written.table); }
  void hear(const WriteIgnored& ignored, const Fact&) { wrote(ignored.actor, ignored.table); }
  void hear(const WriteRefused& refused, const Fact&) { wrote(refused.actor, refused.table); }

  std::uint64_t left() const;

 private:
  struct Call {
    InvocationId invocation;
    FunctionId function;
    MappingId mapping;
    bool is_heard = true;
  };
  struct Mapping {
    StreamId stream;
    bool latest = false, begun = false, deleted = false, updating = false;
    std::set<FunctionId> functions;  // that it calls, or called
    std::map<ShardId, std::set<RecordId>> unsettled;
    std::set<ShardId> waiting;  // with a batch between two tries
  };
  void know(TableId table, const std::string& name);
  void wrote(const Actor& actor, TableId table);
  bool is_near(const Mapping& mapping, const std::set<TableId>& near) const;
  void add_tables_of(const Mapping& mapping, std::set<TableId>& near) const;

  std::string source_, view_;
  std::set<TableId> near_, written_by_readers_;
  std::map<StreamId, TableId> tables_;
  std::map<MappingId, Mapping> mappings_;
  std::vector<Call> calls_;  // in flight
  std::set<std::pair<FunctionId, TableId>> written_;
  bool any_far_ = false;  // a mapping that reads another table than the source or the view: only then there is much to hear
  bool invoked_ = false;  // there was an invocation
  bool missed_ = false;   // one before the first such mapping
};

// What it hears of: for an oracle that watches these kinds and others.
template <class Self, class... More>
using WatchingElsewhere =
    Watching<Self, TableDeclared, TableAwaited, StreamEnabled, MappingDeclared, MappingUpdated, MappingStateChanged,
             ShardStarted, Appended, Trimmed, ShardGone, StreamGone, InvocationStarted, InvocationEnded, PollerLost,
             RetryScheduled, Settled, Written, WriteIgnored, WriteRefused, More...>;

}  // namespace weir
