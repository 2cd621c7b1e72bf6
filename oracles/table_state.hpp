// TableState: the items of one table as the trace tells them, with the write that left each as it is.
#pragma once

#include "oracles/watching.hpp"
#include "sim/base/flat_map.hpp"

namespace weir {

class TableState {
 public:
  struct Row {
    ItemKey key;
    Item item;  // empty: gone
    FactIndex written = no_fact;
    Instant at{};
  };

  Row& apply(const Written& written, const Fact& fact) {
    Row& row = rows_[written.key.hash()];
    if (row.key.empty()) row.key = written.key;
    row.item = written.new_image;
    row.written = fact.index;
    row.at = fact.at;
    return row;
  }
  const Row* find(const ItemKey& key) const { return rows_.find(key.hash()); }
  const FlatMap<Row>& rows() const { return rows_; }  // in order of first write, rows that are gone included
  bool touched() const { return !rows_.empty(); }

 private:
  FlatMap<Row> rows_;
};

// "a,b , c" -> a b c
std::vector<std::string> names_in(std::string_view list);

// An attribute's value as text: strings as they are, numbers in plain decimal; nullopt when it is absent.
std::optional<std::string> value_text(const Item& item, std::string_view attribute);

// Whether all source changes that a stream should carry have had time to appear: a source counts its writes and records.
// `quiet` at the end: as many records as writes, or the writes without one are older than the longest capture delay.
class Capture {
 public:
  void wrote(const Fact& fact) {
    writes_ += 1;
    last_write_ = fact.at;
  }
  void appended() { records_ += 1; }
  void enabled() {
    captured_from_ = writes_;
    records_ = 0;
  }
  bool complete() const { return records_ >= writes_ - captured_from_; }
  bool quiet(Instant now) const { return complete() || span_between(last_write_, now) > longest_capture_delay; }

 private:
  std::uint64_t writes_ = 0, records_ = 0, captured_from_ = 0;
  Instant last_write_{};
};

}  // namespace weir
