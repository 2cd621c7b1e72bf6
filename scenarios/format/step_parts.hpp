// What the steps of clients have in common: items and keys of a table, expressions with their placeholders.
// What the service refuses about an expression is refused here: BadInput, see json_reader.hpp.
#pragma once

#include <algorithm>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/json_reader.hpp"
#include "scenarios/format/scenario.hpp"

namespace weir {

Item read_whole_item(const Node& node, const TableSettings& table);         // with its key, and sound times to live
Item read_batch_item(const Node& node, const TableSettings& table);         // likewise, in the words of a batch's put
Result<ItemKey> key_of_item(const TableSettings& table, const Item& item);  // a TTL attribute may be a key         [TTL-11]
Item read_item_key(const Node& node, const TableSettings& table);
void check_ttl(const Node& node, const Item& item, const TableSettings& table);

// The items of a call, each of which may be there once.
class ItemsOnce {
 public:
  // `rule` ends what is accepted.
  void add(const Node& node, const std::string& table, const ItemKey& key, std::string_view rule);
  std::size_t size() const { return items_.size(); }

 private:
  std::set<std::string> items_;
};

// A batch's entries are by table.
template <class Part>
void refuse_second_table(const std::vector<Part>& earlier, const std::string& table, const Node& node) {
  if (std::any_of(earlier.begin(), earlier.end(), [&](const Part& part) { return part.table == table; }))
    node.refuse(in_quotes(table) + " twice", "each table once");
}

std::string text_of(const Members& members, std::string_view name);  // "" when there is none
ExpressionContext read_placeholders(const Members& members);         // names and values                [EXPR-3]
// A time from the step's own on ("@+90s") among the values of a write to a table with a TTL attribute would stay a text there.
void refuse_times(const Members& members, const ExpressionContext& context, const TableSettings& table);

// The texts of one step, which share its placeholders: those of update, condition, key_condition, filter and projection that
// are there. `keys` are those of the table, or of the index that is read.
void check_expressions(const Members& members, const ExpressionContext& context, const KeySchema& keys);

void write_text(nlohmann::ordered_json& json, const char* name, const std::string& text);  // nothing for ""
void write_placeholders(nlohmann::ordered_json& json, const ExpressionContext& context);
nlohmann::ordered_json item_to_json(const Item& item);

}  // namespace weir
