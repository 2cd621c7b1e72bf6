// A place in the JSON that Lambda makes of a stream record, looked at without making it.          [REC-1] [REC-5]
//
//   object    has members by name: the record, its "dynamodb", an image, a typed value {"S":..}, the inside of an M
//   array     has elements: the inside of an L, SS, NS or BS
//   scalar    text, number (an integer) or truth. An item's numbers are text, as they are on the wire            [NUM-2]
//   absent    what is not there; all of its members are absent too
// A view borrows from the record and from what else it was made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/data/record.hpp"

namespace weir {

class RecordView {
 public:
  enum class Kind : std::uint8_t { absent, object, array, text, number, truth };
  enum class Shows : std::uint8_t { whole, dynamodb_only };

  RecordView() = default;
  RecordView(const StreamRecord& record, std::string_view event_source_arn, Shows shows)
      : place_(Place::record), record_(&record), bytes_(event_source_arn), shows_(shows) {}

  Kind kind() const;
  RecordView member(std::string_view name) const;
  std::string_view text() const { return place_ == Place::made_text ? std::string_view(made_) : bytes_; }
  std::int64_t number() const { return number_; }
  bool truth() const { return number_ != 0; }

  // Whether f(element) is true of any of an array's elements.
  template <class F>
  bool any_element(F&& f) const;

 private:
  enum class Place : std::uint8_t {
    absent,
    record,
    change,
    identity,
    item,
    typed,
    map,
    list,
    set,
    text,
    made_text,
    number,
    truth
  };
  explicit RecordView(Place place, std::string_view bytes = {}) : place_(place), bytes_(bytes) {}

  static RecordView of_text(std::string_view text) { return RecordView(Place::text, text); }
  static RecordView of_made(std::string text);
  static RecordView of_number(std::int64_t number);
  static RecordView of_item(const Item& item);
  RecordView in_record(std::string_view name) const;
  RecordView in_change(std::string_view name) const;
  RecordView in_typed(std::string_view name) const;
  RecordView in_map(std::string_view name) const;
  std::size_t count() const;                       // of elements
  RecordView next_element(const char*& at) const;  // `at` begins at elements()
  const char* elements() const;

  Place place_ = Place::absent;
  const StreamRecord* record_ = nullptr;
  const Item* item_ = nullptr;
  std::string_view bytes_;  // encoded value, text, or the stream's ARN
  Shows shows_ = Shows::whole;
  std::string made_;
  std::int64_t number_ = 0;
};

template <class F>
bool RecordView::any_element(F&& f) const {
  const char* at = elements();
  for (std::size_t left = count(); left > 0; --left)
    if (f(next_element(at))) return true;
  return false;
}

}  // namespace weir
