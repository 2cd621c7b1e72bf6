// Facts as lines for people: listings, golden traces, first differences.
//
//   000:00:01.250000  #17 <- 12  written  table=orders key=A kind=insert new_image={"id":"A"} actor=client 0
// Virtual time, index, cause, kind, then the fields by name; entities by the names they were declared with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

// The facts that give names.
inline constexpr FactMask facts_with_names = mask_of<TableDeclared, TableAwaited, IndexDeclared, ShardOpened, ReaderStarted,
                                                     QueueDeclared, FunctionDeclared, MappingDeclared, MappingUpdated>();

// Feed it a trace's facts in order: it learns names from the declaring facts.
class FactWriter {
 public:
  std::string line(const Fact& fact);     // as above, without a newline
  std::string fields(const Fact& fact);   // only the fields
  std::string table_name(TableId) const;  // "table 3" when never declared
  std::string index_name(IndexId) const;
  std::string mapping_name(MappingId) const;
  std::string function_name(FunctionId) const;
  std::string reader_name(ReaderId) const;
  std::string queue_name(QueueId) const;
  std::string shard_path(ShardId) const;  // "0.1"
  std::string actor_name(const Actor&) const;
  bool is_table(TableId id, std::string_view name) const {  // it was declared with this name
    const bool in_place = id.value < tables_.size() && tables_[id.value].first == id;
    return in_place ? tables_[id.value].second == name : is_far_table(id, name);
  }
  void learn(const Fact& fact);  // names only, no text

 private:
  bool is_far_table(TableId id, std::string_view name) const;  // one whose name stands not at its own place

  template <class Id>
  using Names = std::vector<std::pair<Id, std::string>>;  // ascending: every oracle of every run learns them
  Names<TableId> tables_;
  Names<IndexId> indexes_;
  Names<MappingId> mappings_;
  Names<FunctionId> functions_;
  Names<ReaderId> readers_;
  Names<QueueId> queues_;
  Names<ShardId> shards_;
};

std::vector<std::string> lines_of(const std::vector<Fact>& facts);

// Where two traces part: the index and both lines ("(end)" where one stops). nullopt: they are the same.
struct Difference {
  FactIndex index = 0;
  std::string left, right;
};
std::optional<Difference> first_difference(const std::vector<Fact>& left, const std::vector<Fact>& right);

}  // namespace weir
