// O-LIN: parents before children.                                                    [POLL-5] [SHARD-3] [SHARD-12]
//
//   mappings   (always) a mapping begins a shard once it has finished its parent or the parent is gone, and has no batch of a
//              shard before it began it or after it finished it. One that starts at LATEST owes nothing to parents that were
//              closed before it began its first shard.
//   reader     (with the parameter) the reader of that name is handed records of a child only after it has read the parent to
//              its end, or the parent is gone. Its restarts count as one reader.
#include <set>
#include <utility>

#include "oracles/dense.hpp"
#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

struct ShardSide {
  ShardId parent = no_shard;
  FactIndex opened = no_fact, closed = no_fact, gone = no_fact;
};

class MappingLineage final : public Watching<MappingLineage, InvocationStarted, ShardOpened, ShardClosed, ShardGone,
                                             ShardStarted, ShardFinished, MappingDeclared> {
 public:
  explicit MappingLineage(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;

  struct Lane {
    FactIndex started = no_fact, finished = no_fact;
  };
  struct MappingSide {
    bool latest = false;
    FactIndex first_start = no_fact;
    Dense<ShardId, Lane> lanes;
  };

  void on(const ShardOpened& opened, const Fact& fact) {
    shards_.at(opened.shard) = {opened.parent, fact.index, no_fact, no_fact};
  }
  void on(const ShardClosed& closed, const Fact& fact) { shards_.at(closed.shard).closed = fact.index; }
  void on(const ShardGone& gone, const Fact& fact) { shards_.at(gone.shard).gone = fact.index; }
  void on(const MappingDeclared& declared, const Fact&) {
    mappings_.at(declared.mapping).latest = declared.starting_position == IteratorType::latest;
  }

  void on(const ShardStarted& started, const Fact& fact) {
    begins_ += 1;
    MappingSide& mapping = mappings_.at(started.mapping);
    if (mapping.first_start == no_fact) mapping.first_start = fact.index;
    mapping.lanes.at(started.shard).started = fact.index;
    const ShardSide* shard = shards_.find(started.shard);
    if (!shard || shard->parent == no_shard) return;
    const ShardSide* parent = shards_.find(shard->parent);
    if (!parent || parent->opened == no_fact || parent->gone != no_fact) return;
    const Lane lane = mapping.lanes.at(shard->parent);
    if (lane.finished != no_fact) return;
    if (mapping.latest && lane.started == no_fact && parent->closed < mapping.first_start) return;
    violate("mapping " + names().mapping_name(started.mapping) + " begins " + shard_text(started.shard) + " at " +
                to_text(fact.at) + " before it has finished its parent, " + shard_text(shard->parent),
            {shard->opened, lane.started, fact.index});
  }
  void on(const ShardFinished& finished, const Fact& fact) {
    mappings_.at(finished.mapping).lanes.at(finished.shard).finished = fact.index;
  }
  void on(const InvocationStarted& invocation, const Fact& fact) {
    const Lane& lane = mappings_.at(invocation.mapping).lanes.at(invocation.shard);
    if (lane.started != no_fact && lane.finished == no_fact) return;
    violate("mapping " + names().mapping_name(invocation.mapping) + " delivers a batch of " + shard_text(invocation.shard) +
                " at " + to_text(fact.at) +
                (lane.started == no_fact ? " without having begun it" : " after having finished it"),
            {lane.started, lane.finished, fact.index});
  }
  void finish() override {
    if (begins_ == 0) unknown("no mapping began to read a shard");
  }

  Dense<ShardId, ShardSide> shards_;
  Dense<MappingId, MappingSide> mappings_;
  std::uint64_t begins_ = 0;
};

class ReaderLineage final : public Watching<ReaderLineage, PageRead, ShardOpened, ShardGone, ReaderStarted> {
 public:
  ReaderLineage(const OracleInfo& info, std::string reader) : Watching(info), reader_(std::move(reader)) {}

 private:
  friend Watching;

  void on(const ShardOpened& opened, const Fact& fact) {
    shards_.at(opened.shard) = {opened.parent, fact.index, no_fact, no_fact};
  }
  void on(const ShardGone& gone, const Fact& fact) { shards_.at(gone.shard).gone = fact.index; }
  void on(const ReaderStarted& started, const Fact&) {
    if (started.reader_name == reader_) ours_.insert(started.reader);
  }
  void on(const PageRead& page, const Fact& fact) {
    if (page.actor.kind != ActorKind::reader || !ours_.count(ReaderId{static_cast<std::uint32_t>(page.actor.id)})) return;
    if (!each_of(page.records).empty()) judge_page(page, fact);
    if (page.at_end) read_to_end_.insert(page.shard);
  }
  void judge_page(const PageRead& page, const Fact& fact) {
    pages_ += 1;
    const ShardSide* shard = shards_.find(page.shard);
    if (!shard || shard->parent == no_shard || read_to_end_.count(shard->parent)) return;
    const ShardSide* parent = shards_.find(shard->parent);
    if (!parent || parent->opened == no_fact || parent->gone != no_fact) return;
    violate("reader " + reader_ + " is handed records of " + shard_text(page.shard) + " at " + to_text(fact.at) +
                " before it has read its parent, " + shard_text(shard->parent) + ", to the end",
            {shard->opened, fact.index});
  }
  void finish() override {
    if (pages_ == 0) unknown("reader " + reader_ + " was handed no record");
  }

  std::string reader_;
  Dense<ShardId, ShardSide> shards_;
  std::set<ReaderId> ours_;
  std::set<ShardId> read_to_end_;
  std::uint64_t pages_ = 0;
};

}  // namespace

OracleEntry lineage_entry() {
  return {{.name = "O-LIN",
           .rules = "POLL-5 SHARD-3 SHARD-12",
           .promise = "No record of a child shard is processed before its parent shard is finished.",
           .parameters = {{.name = "reader",
                           .meaning = "a hand-written reader to judge in place of the mappings",
                           .required = false}},
           .always = true},
          [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
            if (std::string reader = text_of(spec, "reader"); !reader.empty())
              return std::make_unique<ReaderLineage>(info, std::move(reader));
            return std::make_unique<MappingLineage>(info);
          }};
}

}  // namespace weir
