// What a secondary index ought to show of an item, worked out from its declaration alone.            [GSI-2] [GSI-3]
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/trace/fact.hpp"

namespace weir {

class IndexDefinition {
 public:
  IndexDefinition(const IndexDeclared& index, const TableDeclared& table);

  struct View {
    ItemKey entry;
    Item shown;
    friend bool operator==(const View&, const View&) = default;
  };
  std::optional<View> view_of(const Item& item) const;  // nullopt: the index does not show it

  TableId table() const { return table_; }
  bool local() const { return local_; }

 private:
  std::optional<AttributeValue> key_part(const Item& item, const std::string& name, Type type) const;

  TableId table_;
  bool local_ = false;
  std::string partition_, sort_;
  Type partition_type_, sort_type_;
  bool whole_ = false;
  std::vector<std::string> shows_;
};

}  // namespace weir
