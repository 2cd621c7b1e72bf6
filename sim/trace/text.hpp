// Facts as lines for people: listings, golden traces, first differences.
//
//   000:00:01.250000  #17 <- 12  written  table=orders key=A kind=insert new_image={"id":"A"} actor=client 0
// Virtual time, index, cause, kind, then the fields by name; entities by the names they were declared with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

// Feed it a trace's facts in order: it learns names from the declaring facts.
class FactWriter {
 public:
  std::string line(const Fact& fact);     // as above, without a newline
  std::string fields(const Fact& fact);   // only the fields
  std::string table_name(TableId) const;  // "table 3" when never declared
  std::string mapping_name(MappingId) const;
  std::string function_name(FunctionId) const;
  std::string reader_name(ReaderId) const;
  std::string shard_path(ShardId) const;  // "0.1"
  std::string actor_name(const Actor&) const;
  void learn(const Fact& fact);  // names only, no text

 private:
  std::map<TableId, std::string> tables_;
  std::map<MappingId, std::string> mappings_;
  std::map<FunctionId, std::string> functions_;
  std::map<ReaderId, std::string> readers_;
  std::map<ShardId, std::string> shards_;
};

std::vector<std::string> lines_of(const std::vector<Fact>& facts);

// Where two traces part: the index and both lines ("(end)" where one stops). nullopt: they are the same.
struct Difference {
  FactIndex index = 0;
  std::string left, right;
};
std::optional<Difference> first_difference(const std::vector<Fact>& left, const std::vector<Fact>& right);

}  // namespace weir
