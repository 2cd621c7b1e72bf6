// Item: an immutable set of named attributes in one compact, shared, canonical buffer; never a tree.
//
//   layout     (name length, name, encoded value)... sorted by name bytes; see encoding.hpp
//   equality   same content, same bytes, same hash; maps and sets regardless of the order they were built in   [ITEM-12]
//   order      of the bytes: total, stable, without meaning; for containers only
//   copy       a reference count; the empty item allocates nothing
//   views      string_views handed out live as long as any copy of the item
//   limits     none enforced here: check_item.hpp does that at the door of a table                              [ITEM-2]
#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/data/encoding.hpp"
#include "sim/data/shared_bytes.hpp"
#include "sim/data/value.hpp"

namespace weir {

class Item {
 public:
  constexpr Item() = default;
  Item(std::initializer_list<std::pair<std::string_view, AttributeValue>> attributes);  // of two equal names the later holds
  explicit Item(const AttributeMap& attributes);

  AttributeMap attributes() const;  // decoded copies
  bool empty() const { return buffer_.empty(); }
  std::uint32_t count() const;  // walks
  bool has(std::string_view name) const { return !find_encoded(name).empty(); }
  std::optional<AttributeValue> get(std::string_view name) const;  // a decoded copy

  // Lookups that allocate nothing; nullopt when the attribute is absent or of another type.
  std::optional<std::string_view> find_string(std::string_view name) const;
  std::optional<std::string_view> find_binary(std::string_view name) const;
  std::optional<Number> find_number(std::string_view name) const;
  std::optional<bool> find_bool(std::string_view name) const;
  std::optional<Type> find_type(std::string_view name) const;
  std::string_view find_encoded(std::string_view name) const;  // the value's canonical bytes; empty when absent

  // Calls f(name, encoded value) for each attribute, in the order of the names' bytes.
  template <class F>
  void each(F&& f) const {
    const std::string_view all = bytes();
    for (const char* at = all.data(); at != all.data() + all.size();) {
      const std::string_view name = read_text(at);
      const std::string_view value = read_value(at);
      f(name, value);
    }
  }

  Item with(std::string_view name, const AttributeValue& value) const;
  Item without(std::string_view name) const;
  Item project(std::span<const std::string_view> names) const;  // those of the names that are there; copies bytes
  Item project(std::initializer_list<std::string_view> names) const { return project(std::span(names.begin(), names.size())); }
  Item project(const std::vector<std::string>& names) const;

  std::uint32_t size_bytes() const { return buffer_.note(); }  // names and values; 0 when empty       [ITEM-7] [ITEM-8]
  std::uint64_t hash() const { return buffer_.hash(); }        // of the content; the same on every machine
  std::string_view bytes() const { return buffer_.bytes(); }
  std::size_t allocated_bytes() const { return buffer_.allocated_bytes(); }  // memory held, for the figures

  friend bool operator==(const Item&, const Item&) = default;
  friend std::strong_ordering operator<=>(const Item&, const Item&) = default;

 private:
  friend class ItemBuilder;
  explicit Item(SharedBytes buffer) : buffer_(std::move(buffer)) {}

  SharedBytes buffer_;  // its note: size_bytes
};

// Builds an Item from attributes in any order; of two equal names the later holds. Strings and numbers go in without a tree.
// finish() leaves the builder empty and ready for the next item, its memory kept.
class ItemBuilder {
 public:
  ItemBuilder();
  ItemBuilder(const ItemBuilder&) = delete;
  ItemBuilder& operator=(const ItemBuilder&) = delete;

  ItemBuilder& string(std::string_view name, std::string_view text);
  ItemBuilder& binary(std::string_view name, std::string_view bytes);
  ItemBuilder& number(std::string_view name, const Number& number);
  ItemBuilder& value(std::string_view name, const AttributeValue& value);
  ItemBuilder& encoded(std::string_view name, std::string_view encoded_value);  // bytes of Item::find_encoded or append_encoded

  [[nodiscard]] Item finish();

 private:
  struct Slice {
    std::uint32_t begin, name_begin, name_end, end;  // places in the scratch: whole slice, and the name within it
    std::uint32_t size;                              // ITEM-7 size of name and value
  };
  static constexpr std::size_t inline_bytes = 320;
  static constexpr std::size_t inline_slices = 12;

  char* open(std::string_view name, std::size_t value_room, std::uint32_t size);  // writes the name; the value goes there
  void close(const char* end);
  ItemBuilder& text(Type type, std::string_view name, std::string_view bytes);
  void grow_bytes(std::size_t room);
  void grow_slices();
  std::string_view name_of(const Slice& slice) const { return {bytes_ + slice.name_begin, slice.name_end - slice.name_begin}; }
  void sort_and_drop_repeats();

  char inline_bytes_[inline_bytes];
  Slice inline_slices_[inline_slices];
  std::vector<char> spilled_bytes_;
  std::vector<Slice> spilled_slices_;
  char* bytes_ = inline_bytes_;
  Slice* slices_ = inline_slices_;
  std::size_t bytes_room_ = inline_bytes, slices_room_ = inline_slices;
  std::size_t used_ = 0, count_ = 0;
  bool sorted_ = true;
};

inline ItemBuilder::ItemBuilder() = default;  // here, so that `ItemBuilder{}` does not clear the scratch first

}  // namespace weir
